import { combineForScan } from "@betrace/dsl";
import type { ScanReport, ScanRequest } from "@betrace/tempo";
import type { ReplayPlan } from "./replay.js";
import { compileText } from "./rules/compile.js";

/** A narrow window that was read to see what the range is like. */
export interface Probe {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly traces: number;
  readonly requests: number;
  readonly ms: number;
}

/** What a replay may come to, by probes: a guess, better the more even the traffic is. */
export type Estimate =
  | {
      readonly kind: "probed";
      readonly traces: number;
      /** Requests to Tempo. */
      readonly requests: number;
      /** Of reading Tempo, with one shard at a time. */
      readonly seconds: number;
      /** How the widest probe read Tempo. */
      readonly reading: ScanReport["plan"];
      readonly probes: readonly Probe[];
    }
  | { readonly kind: "unavailable"; readonly reason: string };

export interface EstimateOptions {
  /** `scanWindow` of a Tempo. */
  readonly scan: (request: ScanRequest) => Promise<Pick<ScanReport, "traces" | "requests" | "plan">>;
  /** All probes together take no longer, milliseconds. */
  readonly budgetMs: number;
}

/** The first probe, in the middle of the range: it says how wide the others may be. Seconds. */
const FIRST_SECONDS = 60;
/** Traces that a wider probe may be expected to hold. */
const TRACES_PER_PROBE = 20_000;
/** Where the wider probes lie, in sixths of the range: the middle first. */
const PLACES = [3n, 1n, 5n] as const;

/** Reads a few narrow windows the way the replay would, and scales. Never throws: without an answer it says why. */
export async function estimateReplay(options: EstimateOptions, plan: ReplayPlan): Promise<Estimate> {
  const needs = combineForScan(plan.rules.map((rule) => compileText(rule.dsl)));
  const deadline = AbortSignal.timeout(options.budgetMs);
  const probes: Probe[] = [];
  let reading: ScanReport["plan"] = "enumeration";
  const probe = async ({ startNs, endNs }: NsWindow): Promise<number> => {
    const from = performance.now();
    const scanned = options.scan({ ...needs, startNs, endNs, signal: deadline, onTraces: () => {} });
    const { traces, requests, plan: how } = await withinDeadline(scanned, deadline);
    probes.push({ startNs, endNs, traces, requests, ms: performance.now() - from });
    reading = how;
    return traces;
  };
  try {
    const inAMinute = await probe(windowAt(plan, 3n, FIRST_SECONDS));
    const fits = (TRACES_PER_PROBE / Math.max(1, inAMinute)) * FIRST_SECONDS;
    const seconds = Math.floor(Math.min(plan.shardSeconds, fits));
    if (BigInt(seconds) * NS_PER_SECOND * BigInt(PLACES.length) >= plan.endNs - plan.startNs) await probe(plan);
    else if (seconds > FIRST_SECONDS) for (const place of PLACES) await probe(windowAt(plan, place, seconds));
  } catch (error) {
    if (probes.length === 0) {
      const reason = deadline.aborted
        ? `Tempo did not answer a search over a minute within ${options.budgetMs} ms`
        : `Tempo could not be read: ${error instanceof Error ? error.message : String(error)}`;
      return { kind: "unavailable", reason };
    }
  }
  return { kind: "probed", ...scaled(plan, probes), reading, probes };
}

/** The abort stops the work; this stops the waiting, whatever the work does about it. */
function withinDeadline<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(deadline.reason);
    deadline.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => deadline.removeEventListener("abort", stop));
  });
}

interface NsWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

const NS_PER_SECOND = 1_000_000_000n;

/** A window with its middle at so many sixths of the range; all of it where it is no longer. */
function windowAt({ startNs, endNs }: NsWindow, sixths: bigint, seconds: number): NsWindow {
  const widthNs = BigInt(seconds) * NS_PER_SECOND;
  if (widthNs >= endNs - startNs) return { startNs, endNs };
  const from = startNs + ((endNs - startNs) * sixths) / 6n - widthNs / 2n;
  return { startNs: from, endNs: from + widthNs };
}

function scaled(plan: ReplayPlan, probes: readonly Probe[]) {
  const widths = probes.map(({ startNs, endNs }) => Number(endNs - startNs) / 1e9);
  const rangeSeconds = Number(plan.endNs - plan.startNs) / 1e9;
  const widest = Math.max(...widths);
  const sample = probes.filter((_probe, index) => widths[index] === widest);
  const traces = sample.reduce((sum, probe) => sum + probe.traces, 0);
  const whole = probes.find((probe) => probe.startNs === plan.startNs && probe.endNs === plan.endNs);
  const overShards = (costs: readonly number[]) => {
    const [each, perSecond] = lineThrough(widths, costs);
    return plan.shards.length * each + rangeSeconds * perSecond;
  };
  return {
    traces: whole?.traces ?? Math.round((traces / (widest * sample.length)) * rangeSeconds),
    requests: Math.round(overShards(probes.map(({ requests }) => requests))),
    seconds: overShards(probes.map(({ ms }) => ms)) / 1_000,
  };
}

/**
 * What a window costs however narrow it is, and what each second of it adds: least squares, neither below nothing. Where the narrow ones were
 * no cheaper (the first one pays for a cold Tempo), nothing says what a wide one adds but the widest: in proportion.
 */
function lineThrough(widths: readonly number[], costs: readonly number[]): readonly [each: number, perSecond: number] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [width, cost] = [mean(widths), mean(costs)];
  const spread = mean(widths.map((one) => (one - width) ** 2));
  if (spread === 0) return [cost, 0];
  const together = mean(widths.map((one, index) => (one - width) * ((costs[index] ?? 0) - cost)));
  const slope = together / spread;
  if (slope <= 0) {
    const widest = Math.max(...widths);
    return [0, mean(costs.filter((_cost, index) => widths[index] === widest)) / widest];
  }
  const each = cost - slope * width;
  return each >= 0 ? [each, slope] : [0, cost / width];
}
