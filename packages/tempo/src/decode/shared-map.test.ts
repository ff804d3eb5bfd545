import { expect } from "chai";
import { SharedMap } from "./shared-map.js";

describe("a shared map", () => {
  it("is the same for the same entries, and another for others", () => {
    const root = new SharedMap();
    const one = root.with("a", "x").with("b", "y");
    expect([...one.entries]).to.deep.equal([
      ["a", "x"],
      ["b", "y"],
    ]);
    expect(root.with("a", "x").with("b", "y").entries).to.equal(one.entries);
    expect([...root.with("a", "x").with("b", "z").entries.values()]).to.deep.equal(["x", "z"]);
    expect([...root.with("a", "x").entries]).to.deep.equal([["a", "x"]]);
    expect(root.entries.size).to.equal(0);
  });

  it("keeps apart what only looks the same", () => {
    const root = new SharedMap();
    const values = ["1", 1, "true", true, 0, -0, 9007199254740993n, "9007199254740993"] as const;
    const read = values.map((value) => root.with("a", value).entries.get("a"));
    expect(read.map((value, at) => Object.is(value, values[at]))).to.deep.equal(values.map(() => true));
  });

  it("stays right when it has met more values than it remembers", () => {
    const root = new SharedMap();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 1_000; i++) expect(root.with("a", `v${i}`).entries.get("a")).to.equal(`v${i}`);
    }
  });
});
