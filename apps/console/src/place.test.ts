import { expect } from "chai";
import { changeQuery, paths, placeOf, withQuery } from "./place.js";

describe("an address of the console", () => {
  it("leads to the place that made it", () => {
    expect(placeOf(paths.home)).to.deep.equal({ page: "home" });
    expect(placeOf(paths.newRule)).to.deep.equal({ page: "new-rule" });
    expect(placeOf(paths.rule("slow-db"))).to.deep.equal({ page: "rule", ruleId: "slow-db" });
    expect(placeOf(paths.plan("a/b c"))).to.deep.equal({ page: "plan", ruleId: "a/b c" });
    expect(placeOf(paths.replays)).to.deep.equal({ page: "replays" });
    expect(placeOf(paths.replay("r1"))).to.deep.equal({ page: "replay", replayId: "r1" });
    expect(placeOf(paths.violations)).to.deep.equal({ page: "violations" });
  });

  it("that leads nowhere is said to, however odd", () => {
    for (const path of ["/nope", "/rules", "/rules/a/b", "/rules/a/replay/b", "/violations/x", "/replays/a/b"]) {
      expect(placeOf(path), path).to.deep.equal({ page: "unknown" });
    }
    expect(placeOf("/rules/%E0%A4%A")).to.deep.equal({ page: "rule", ruleId: "%E0%A4%A" });
  });

  it("changes only what is asked for", () => {
    expect(changeQuery("?a=1&b=2", { b: undefined, c: "x y" })).to.equal("?a=1&c=x+y");
    expect(changeQuery("?a=1", { a: "" })).to.equal("");
  });

  it("keeps times readable", () => {
    const at = "2026-01-11T14:23:17Z";
    expect(withQuery("/violations", { start: at })).to.equal(`/violations?start=${at}`);
  });
});
