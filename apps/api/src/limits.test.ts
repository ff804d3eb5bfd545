import { readFileSync } from "node:fs";
import { formatDuration } from "@betrace/contracts";
import { MAX_NESTING, MAX_RULE_BYTES } from "@betrace/dsl";
import { LIMITS as REPLAY_LIMITS } from "@betrace/replay";
import { expect } from "chai";
import { LIMITS } from "./limits.js";

describe("the operating guide's limits", () => {
  const guide = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
  const held = { api: LIMITS, replay: REPLAY_LIMITS, dsl: { MAX_RULE_BYTES, MAX_NESTING } };

  it("are those of the code, with what happens at each", () => {
    for (const [where, limits] of Object.entries(held)) {
      for (const [name, value] of Object.entries(limits)) {
        const written = name.endsWith("Ms") ? formatDuration(value) : value.toLocaleString("en-US");
        expect(guide).to.include(`| \`${name}\` (${where}) | ${written} | `);
      }
    }
  });

  it("name none that the code does not have", () => {
    const named = [...guide.matchAll(/^\| `(\w+)` \((\w+)\) \| /gm)].map(([, name]) => name);
    const there = Object.values(held).flatMap((limits) => Object.keys(limits));
    expect(named.sort()).to.deep.equal(there.sort());
  });
});
