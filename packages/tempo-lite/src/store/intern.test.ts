import { expect } from "chai";
import { Interner } from "./intern.js";

describe("lists of keys", () => {
  it("are shared where they are equal, and only then", () => {
    const interner = new Interner();
    const lists = [[], [""], ["a", "b"], ["a\u0000b"], ["a\u0000b", "c"], ["a", "b\u0000c"]];
    for (const keys of [...lists, ...lists]) {
      expect(interner.attributes(keys, []).keys).to.deep.equal(keys);
    }
    expect(interner.attributes(["a", "b"], []).keys).to.equal(lists[2]);
  });
});
