import { expect } from "chai";
import { MAX_REMEMBERED_TEXT_LENGTH, MAX_REMEMBERED_TEXTS } from "./limits.js";
import { compileRegex } from "./regex.js";

describe("a pattern that is tried on many texts", () => {
  it("says the same of each whenever it is asked, of more texts than it remembers and of long ones", () => {
    const regex = compileRegex("7$|^1");
    if (!regex.ok) throw new Error(regex.reason);
    const short = Array.from({ length: 2 * MAX_REMEMBERED_TEXTS + 1 }, (_, at) => String(at));
    const long = short.slice(0, 50).map((text) => text.padStart(MAX_REMEMBERED_TEXT_LENGTH + 1, "0"));
    const expected = (text: string): boolean => text.endsWith("7") || text.startsWith("1");
    for (const text of [...short, ...long, ...short, ...short.reverse(), ...long]) {
      expect(regex.test(text), text).to.equal(expected(text));
    }
  });
});
