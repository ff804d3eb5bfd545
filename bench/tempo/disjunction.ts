import { combineForScan, compileRule, parseRule } from "@betrace/dsl";
import { createTempoClient, scanWindow } from "@betrace/tempo";
import type { Range } from "./range.js";
import type { RightAnswer } from "./replay.js";

/** As many windows at once as a replay of a day has shards. */
const WINDOWS = 4;
/** A worker's own default. */
const CONCURRENT_REQUESTS = 8;

/**
 * Reads the witnesses of a rule by the one query that names them all, and decides. No plan is chosen; all else is what a
 * worker does. Returns milliseconds; throws on another answer than the right one.
 */
export async function runDisjunction(tempoUrl: string, dsl: string, range: Range, right: RightAnswer): Promise<number> {
  const parsed = parseRule(dsl);
  if (!parsed.ok) throw new Error(`not a rule: ${dsl}`);
  const rule = compileRule(parsed.rule);
  const { witnessFilter, spanFields, traceFields } = combineForScan([rule]);
  const client = createTempoClient({ url: tempoUrl, maxConcurrentRequests: CONCURRENT_REQUESTS });
  const startNs = BigInt(range.startSeconds) * 1_000_000_000n;
  const lengthNs = (BigInt(range.endSeconds - range.startSeconds) * 1_000_000_000n) / BigInt(WINDOWS);
  let traces = 0;
  let violations = 0;
  const begun = performance.now();
  try {
    const windows = Array.from({ length: WINDOWS }, (_, index) => startNs + BigInt(index) * lengthNs);
    const reports = await Promise.all(
      windows.map((from) =>
        scanWindow(client, {
          startNs: from,
          endNs: from + lengthNs,
          witnessFilter,
          candidateFilter: undefined,
          spanFields,
          traceFields,
          signal: new AbortController().signal,
          onTraces: (batch) => {
            traces += batch.length;
            for (const trace of batch) if (rule.evaluate(trace).violated) violations++;
          },
        }),
      ),
    );
    const ms = performance.now() - begun;
    const incomplete = reports.flatMap((report) => report.incomplete);
    const expected = Object.values(right.violations).reduce((sum, one) => sum + one, 0);
    if (incomplete.length > 0 || traces !== right.traces || violations !== expected) {
      throw new Error(
        `the disjunction answers ${violations} of ${traces} traces, expected ${expected} of ${right.traces}; incomplete: ${incomplete.map((window) => window.reason).join("; ") || "none"}`,
      );
    }
    return ms;
  } finally {
    await client.close();
  }
}
