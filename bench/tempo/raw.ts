import { drainSearch } from "./drain.js";
import { median } from "../measure.js";
import type { Range } from "./range.js";

/** Tempo's cap on traces in one answer is 262,144; this leaves room for uneven days. */
const TRACES_PER_WINDOW = 200_000;
const CALIBRATION_ROUNDS = 3;
const LIMIT = "262144";

/** How the requests of the raw side are cut and how many are open at once. */
export interface RawPlan {
  readonly windows: number;
  readonly concurrency: number;
}

/**
 * The cheapest requests that could possibly answer: the traces by a search without `q`, the witnesses by one query, in
 * protobuf; nothing is decoded, nothing is decided. Returns milliseconds.
 */
export async function runRaw(
  tempoUrl: string,
  range: Range,
  witnessQuery: string | undefined,
  plan: RawPlan,
): Promise<number> {
  const requests = cut(range, plan.windows).flatMap((window) => [
    { ...window, limit: LIMIT },
    ...(witnessQuery === undefined ? [] : [{ ...window, limit: LIMIT, spss: "4", q: witnessQuery }]),
  ]);
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    for (let next = requests.shift(); next !== undefined; next = requests.shift()) await drainSearch(tempoUrl, next);
  };
  await Promise.all(Array.from({ length: plan.concurrency }, lane));
  return performance.now() - begun;
}

/** The plan under which the raw side is fastest on this machine: the replay is held against the best, not against a straw man. */
export async function cheapestRawPlan(
  tempoUrl: string,
  range: Range,
  witnessQuery: string | undefined,
): Promise<RawPlan> {
  const fewest = Math.max(
    Math.ceil(range.traces / TRACES_PER_WINDOW),
    Math.ceil((range.endSeconds - range.startSeconds) / 604_800),
  );
  let best: { readonly plan: RawPlan; readonly ms: number } | undefined;
  const refusals: string[] = [];
  for (const windows of [fewest, 2 * fewest, 4 * fewest]) {
    for (const concurrency of [2, 4]) {
      const plan = { windows, concurrency };
      try {
        const times: number[] = [];
        // A second and third look only where the first was near the best: the dense corpus takes many seconds a round.
        for (let round = 0; round < CALIBRATION_ROUNDS; round++) {
          times.push(await runRaw(tempoUrl, range, witnessQuery, plan));
          if (best !== undefined && Math.min(...times) > 1.5 * best.ms) break;
        }
        const ms = median(times);
        if (best === undefined || ms < best.ms) best = { plan, ms };
      } catch (error) {
        // Too much for one answer: smaller windows follow.
        refusals.push(String(error));
      }
    }
  }
  if (best === undefined) throw new Error(`Tempo refused the raw requests at every size: ${refusals.join("; ")}`);
  return best.plan;
}

function cut(range: Range, windows: number): { readonly start: string; readonly end: string }[] {
  const length = Math.ceil((range.endSeconds - range.startSeconds) / windows);
  const starts = Array.from({ length: windows }, (_, index) => range.startSeconds + index * length);
  return starts
    .filter((start) => start < range.endSeconds)
    .map((start) => ({ start: String(start), end: String(Math.min(range.endSeconds, start + length)) }));
}
