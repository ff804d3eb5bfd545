import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { expect } from "chai";
import type { Stack } from "../stack.js";
import { BOUTIQUE_RULES } from "../testing/boutique-rules.js";
import { curl, eventually, untilOver, violationSpanIds } from "../testing/client.js";
import { startTestStack } from "../testing/test-stack.js";

/** Real traces of Google's Online Boutique with injected faults; beside the checkout, not in it. */
const DATA = fileURLToPath(
  new URL("../../../../../shared/data/online-boutique/2022-08-22.otlp.jsonl.gz", import.meta.url),
);
const START = "2022-08-22T03:50:00Z";
const END = "2022-08-22T08:00:00Z";
const TRACES = 6_902;

describe("real traces of real faults, replayed over HTTP", function () {
  this.timeout(300_000);
  let stack: Stack;
  // A real Tempo keeps what an earlier run wrote: rule ids of this run's own tell its violations apart.
  const run = process.env.TEMPO_URL === undefined ? "" : `-${Date.now().toString(36)}`;

  before(async function () {
    if (!existsSync(DATA)) {
      console.log("      skipped: the Online Boutique traces are not beside this checkout");
      return this.skip();
    }
    stack = await startTestStack();
    await pushFile(stack.tempo.otlpUrl);
    await eventually(
      () => tracesFound(stack.tempo.url),
      (found) => found >= TRACES,
      120_000,
    );
  });

  after(async () => {
    await stack?.close();
  });

  for (const rule of BOUTIQUE_RULES) {
    it(`${rule.id}: ${rule.violations} violations, the first at ${rule.first}`, async () => {
      const id = rule.id + run;
      const created = await curl(`${stack.apiUrl}/v1/rules`, { data: JSON.stringify({ id, name: id, dsl: rule.dsl }) });
      expect(created.status, JSON.stringify(created.body)).to.equal(201);
      const replay = await replayOnce(id);
      expect(replay.status).to.equal("completed");
      expect(replay.incomplete_windows).to.deep.equal([]);
      expect(replay.traces_evaluated).to.equal(TRACES);
      expect(replay.violations_found).to.equal(rule.violations);
      expect(replay.first_violation_at).to.equal(rule.first);
      expect(replay.buckets.reduce((sum, bucket) => sum + bucket.violations, 0)).to.equal(rule.violations);
      await expectSpansInTempo(id, rule.violations);
    });
  }

  it("544 of the slow currency calls fall into the network delay, 05:27 to 05:30", async () => {
    const listed = await curl(
      `${stack.apiUrl}/v1/violations?rule_id=slow-currency${run}&start=2022-08-22T05:27:00Z&end=2022-08-22T05:30:00Z&limit=1000`,
    );
    expect((listed.body.items as unknown[]).length).to.equal(544);
  });

  it("a second replay of the same range counts its own violations and leaves each span in Tempo once", async () => {
    const [rule] = BOUTIQUE_RULES;
    const again = await replayOnce(rule.id + run);
    expect(again.traces_evaluated).to.equal(TRACES);
    expect(again.violations_found).to.equal(rule.violations);
    await expectSpansInTempo(rule.id + run, rule.violations);
  });

  async function replayOnce(ruleId: string) {
    const accepted = await curl(`${stack.apiUrl}/v1/rules/${ruleId}/replay`, {
      data: JSON.stringify({ start_time: START, end_time: END }),
    });
    expect(accepted.status, JSON.stringify(accepted.body)).to.equal(202);
    return untilOver(stack.apiUrl, String(accepted.body.replay_id), 120_000);
  }

  /** Found by its own time or by the time it was written: the range holds both, in weeks that a search may span. */
  async function expectSpansInTempo(ruleId: string, violations: number): Promise<void> {
    const start = Date.parse(START) / 1_000;
    const end = Date.parse(END) / 1_000;
    const found = await eventually(
      () => violationSpanIds(stack.tempo.url, ruleId, start, end),
      (ids) => new Set(ids).size >= violations,
      60_000,
    );
    expect(new Set(found).size).to.equal(violations);
    if (stack.tempo.embedded) expect(found.length, "each stands there once").to.equal(violations);
  }
});

async function pushFile(otlpUrl: string): Promise<void> {
  const lines = createInterface({
    input: createReadStream(DATA).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const answer = await fetch(`${otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: line,
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the OTLP receiver answered ${answer.status}`);
  }
}

async function tracesFound(tempoUrl: string): Promise<number> {
  const start = Date.parse(START) / 1_000;
  const end = Date.parse(END) / 1_000;
  const { body } = await curl(`${tempoUrl}/api/search?start=${start}&end=${end}&limit=100000`);
  return ((body.traces ?? []) as { rootServiceName?: string }[]).filter((trace) => trace.rootServiceName !== "betrace")
    .length;
}
