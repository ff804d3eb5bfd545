import type { RuleAnswer } from "@betrace/contracts";
import { expect } from "chai";
import { changesOf, creationOf, draftOf } from "./draft.js";

const SAVED: RuleAnswer = {
  id: "slow",
  name: "Slow",
  description: "",
  dsl: "@SOC2(controls = {CC6_1}) count(span.name) > 3",
  severity: "high",
  enabled: true,
  annotations: { soc2_control: "CC6.1", team: "shop" },
  version: 2,
  created_at: "2026-01-11T00:00:00Z",
  updated_at: "2026-01-11T00:00:00Z",
  last_replay: null,
};

describe("the draft of a rule", () => {
  it("needs no saving as long as it is what is saved", () => {
    expect(changesOf(draftOf(SAVED), SAVED)).to.equal(undefined);
  });

  it("sends what differs and nothing else", () => {
    const draft = { ...draftOf(SAVED), dsl: "count(span.name) > 4", enabled: false };
    expect(changesOf(draft, SAVED)).to.deep.equal({ dsl: "count(span.name) > 4", enabled: false });
  });

  it("sends all annotations where one was changed or removed, and none without a name", () => {
    const rows = [
      ["team", "shop"],
      [" owner ", "ada"],
      ["", "lost"],
    ] as const;
    expect(changesOf({ ...draftOf(SAVED), annotations: rows }, SAVED)).to.deep.equal({
      annotations: { team: "shop", owner: "ada" },
    });
    expect(creationOf({ ...draftOf(SAVED), annotations: rows }).annotations).to.deep.equal({
      team: "shop",
      owner: "ada",
    });
  });
});
