import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { ReplayStatus } from "@betrace/replay";
import { must, type Row } from "../row.js";
import { seeded } from "../seeded.js";
import type { HttpFault } from "../stage/http-faults.js";
import { type Stage, startStage } from "../stage/stage.js";
import { VIOLATIONS } from "../stage/traces.js";

interface Case {
  readonly name: string;
  readonly percent: number;
  readonly fault: HttpFault;
}

/** `ExportTraceServiceResponse { partial_success { rejected_spans: 1, error_message: "no" } }` (opentelemetry-proto). */
const PARTIAL = Buffer.from([0x0a, 0x06, 0x08, 0x01, 0x12, 0x02, 0x6e, 0x6f]);
const PASSING: readonly Case[] = [
  { name: "429", percent: 40, fault: { kind: "status", status: 429 } },
  { name: "503", percent: 40, fault: { kind: "status", status: 503 } },
  { name: "500", percent: 40, fault: { kind: "status", status: 500 } },
  { name: "hang", percent: 30, fault: { kind: "hang" } },
  { name: "reset after it was taken", percent: 30, fault: { kind: "reset" } },
  { name: "an HTML page", percent: 30, fault: { kind: "html" } },
];
const LASTING: readonly Case[] = [
  { name: "400", percent: 100, fault: { kind: "status", status: 400 } },
  { name: "partial success", percent: 100, fault: { kind: "body", type: "application/x-protobuf", body: PARTIAL } },
];

const DROPS = [
  { name: "half of the requests dropped with 200", percent: 50, heals: true },
  { name: "all dropped with 200, for ever", percent: 100, heals: false },
] as const;

/** A success without a word of complaint (an empty ExportTraceServiceResponse), and the spans are gone: Tempo above its limits. */
const DROPPED: HttpFault = { kind: "body", type: "application/x-protobuf", body: Buffer.alloc(0) };
const READ_BACK_AFTER_MS = 200;

/** Violations cannot be written, for a while or for good. */
export const receiverFails: Row = {
  id: "7",
  title: "the OTLP receiver answers badly",
  async run({ seed, scale }) {
    const random = seeded(seed);
    const stage = await startStage();
    const lines: string[] = [];
    try {
      stage.worker({
        writer: { timeoutMs: 500, retryBudgetMs: 3_000 },
        worker: { shard: { retryPauseMs: 50, maxFailures: 30 } },
      });
      const replay = async () => {
        const ruleId = await stage.newRule();
        const replayId = await stage.submit(ruleId);
        const ended = await stage.until(replayId, 120_000);
        return { ended, ruleId, answer: await stage.answer(replayId, ruleId) };
      };
      const clean = await replay();
      must(clean.ended.violationsFound === VIOLATIONS, "the undisturbed run is wrong");
      for (const one of scale === "short" ? PASSING.slice(0, 3) : PASSING) {
        stage.otlp.reset();
        stage.otlp.fault = () => (random.next() * 100 < one.percent ? one.fault : undefined);
        const { ended, answer } = await replay();
        must(stage.otlp.seen.faults > 0, `${one.name}: no fault was injected`);
        must(
          isDeepStrictEqual(answer, clean.answer),
          `${one.name}: another answer: ${ended.state}, ${ended.violationsFound} violations`,
        );
        lines.push(
          `${one.name} ${one.percent} %: every violation in the store once; ${stage.otlp.seen.faults} faults in ${stage.otlp.seen.requests} requests`,
        );
      }
      for (const one of LASTING) {
        stage.otlp.reset();
        stage.otlp.fault = () => one.fault;
        const { ended, ruleId } = await replay();
        const inStore = (await stage.spansOf(ruleId)).length;
        must(
          ended.violationsFound === 0 && inStore === 0,
          `${one.name}: ${ended.violationsFound} are called written, ${inStore} are`,
        );
        must(ended.state === "failed" && ended.incompleteWindowCount > 0, `${one.name}: it is ${ended.state}`);
        lines.push(
          `${one.name} for ever: ${ended.state}, 0 called written, ${ended.incompleteWindowCount} windows: "${ended.incompleteWindows[0]?.reason.slice(0, 80)}"`,
        );
      }
      stage.startReadBack(READ_BACK_AFTER_MS);
      for (const { name, percent, heals } of DROPS) {
        stage.otlp.reset();
        stage.otlp.fault = () => (random.next() * 100 < percent ? DROPPED : undefined);
        const { ended, ruleId } = await replay();
        if (heals) stage.otlp.fault = () => undefined;
        const dropped = VIOLATIONS - (await stage.spansOf(ruleId)).length;
        must(dropped > 0, `${name}: nothing was dropped`);
        const { readBack } = await untilReadBack(stage, ended.replayId);
        const inStore = (await stage.spansOf(ruleId)).length;
        const missing = VIOLATIONS - inStore;
        must(
          readBack?.missing === missing && readBack.rewritten === dropped && (missing === 0) === heals,
          `${name}: ${dropped} dropped, ${missing} missing; the status says ${JSON.stringify(readBack)}`,
        );
        lines.push(
          `${name}: ${dropped} of ${VIOLATIONS} acknowledged spans were not in the store; read back, ${readBack.rewritten} written again, violations_missing ${readBack.missing}, in the store ${inStore}`,
        );
      }
      return lines;
    } finally {
      await stage.close();
    }
  },
};

async function untilReadBack(stage: Stage, replayId: string): Promise<ReplayStatus> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    const status = await stage.replays.status(replayId);
    if (status.readBack?.state === "done") return status;
    must(Date.now() < giveUpAt, `not read back: ${JSON.stringify(status.readBack)}`);
    await sleep(20);
  }
}
