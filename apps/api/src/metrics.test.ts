import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { sendTraces } from "./testing/traces.js";

const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };

describe("the API's metrics", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
    const noon = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
    await sendTraces(stack.tempo.otlpUrl, [[{ name: "db.query", startNs: noon, durationMs: 5 }]]);
    await stack.call("POST", "/v1/rules", {
      id: "any-query",
      name: "Any",
      dsl: 'trace.has(span.name == "db.query")',
      severity: "warning",
    });
  });
  after(() => stack.close());

  const series = async (name: string) =>
    String((await stack.call("GET", "/metrics")).body)
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`));

  it("begin every count at 0, so that the first increase is seen", async () => {
    expect(await series("betrace_replays_ended_total")).to.have.members([
      'betrace_replays_ended_total{status="completed",incomplete="false"} 0',
      'betrace_replays_ended_total{status="completed",incomplete="true"} 0',
      'betrace_replays_ended_total{status="failed",incomplete="false"} 0',
      'betrace_replays_ended_total{status="failed",incomplete="true"} 0',
      'betrace_replays_ended_total{status="cancelled",incomplete="false"} 0',
      'betrace_replays_ended_total{status="cancelled",incomplete="true"} 0',
    ]);
    expect(await series("betrace_violations_stored")).to.deep.equal([
      'betrace_violations_stored{rule_id="any-query",severity="warning"} 0',
    ]);
  });

  it("count a replay that ended and a violation once, however many scrapes run at a time", async () => {
    for (let i = 0; i < 2; i++) {
      const { body } = await stack.call("POST", "/v1/rules/any-query/replay", DAY);
      await stack.untilEnded(`/v1/replays/${body.replay_id}`);
    }
    const scrapes = await Promise.all([1, 2, 3].map(() => series("betrace_replays_ended_total")));
    for (const scrape of scrapes) {
      expect(scrape).to.include('betrace_replays_ended_total{status="completed",incomplete="false"} 2');
    }
    expect(await series("betrace_violations_stored")).to.deep.equal([
      'betrace_violations_stored{rule_id="any-query",severity="warning"} 1',
    ]);
  });
});
