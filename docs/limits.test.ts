import { readFileSync } from "node:fs";
import { formatDuration } from "@betrace/contracts";
import { LIMITS as REPLAY_LIMITS } from "@betrace/replay";
import { expect } from "chai";
import { LIMITS as API_LIMITS } from "../apps/api/src/limits.js";
import * as dslLimits from "../packages/dsl/src/limits.js";
import * as tempoLimits from "../packages/tempo/src/limits.js";
import * as tempoLiteLimits from "../packages/tempo-lite/src/limits.js";
import { LIMITS as VIOLATIONS_LIMITS } from "../packages/violations/src/limits.js";

describe("the operating guide's limits", () => {
  const guide = readFileSync(new URL("./operating.md", import.meta.url), "utf8");
  const held: Readonly<Record<string, Readonly<Record<string, number | bigint>>>> = {
    api: API_LIMITS,
    replay: REPLAY_LIMITS,
    dsl: dslLimits,
    tempo: tempoLimits,
    violations: VIOLATIONS_LIMITS,
    "tempo-lite": tempoLiteLimits,
  };

  it("are those of the code, with what happens at each", () => {
    for (const [where, limits] of Object.entries(held)) {
      for (const [name, value] of Object.entries(limits)) {
        const written = /M[sS]$/.test(name) ? formatDuration(Number(value)) : value.toLocaleString("en-US");
        expect(guide).to.include(`| \`${name}\` (${where}) | ${written} | `);
      }
    }
  });

  it("name none that the code does not have", () => {
    const named = [...guide.matchAll(/^\| `(\w+)` \(([\w-]+)\) \| /gm)].map(([, name, where]) => `${where} ${name}`);
    const there = Object.entries(held).flatMap(([where, limits]) =>
      Object.keys(limits).map((name) => `${where} ${name}`),
    );
    expect(named.sort()).to.deep.equal(there.sort());
  });
});
