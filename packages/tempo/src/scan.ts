import { setImmediate as nextTurn } from "node:timers/promises";
import type { Trace } from "@betrace/contracts";
import type { TempoClient } from "./client/client.js";
import { SCANS_SIDE_BY_SIDE, SHORTEST_UNIT_NS, TRACES_PER_BATCH, UNIT_SHARE } from "./limits.js";
import { mergeRanges, msToNs, type NsRange } from "./range.js";
import type { IncompleteWindow, ScanRequest } from "./scan-request.js";
import { SpanRoom } from "./span-room.js";
import { TooDense } from "./too-dense.js";
import { type Plan, readUnit } from "./unit.js";
import { newWork } from "./work.js";

export interface ScanReport {
  /** Traces delivered. */
  readonly traces: number;
  /** Disjoint and in order; empty when every trace of the window was delivered. */
  readonly incomplete: readonly IncompleteWindow[];
  /** Traces read one by one, and traces read in bulk by id, because projection could not give them. */
  readonly fetchedById: number;
  readonly bulkRead: number;
  /** HTTP requests, every try counted, and bytes of successful answers. */
  readonly requests: number;
  readonly bytes: number;
  /** How the spans were read; of several units, the one that read most. */
  readonly plan: Plan;
  /** Data from here to the window's end is younger than the settle time and may still change; undefined for none. */
  readonly unsettledFromNs: bigint | undefined;
}

/**
 * Delivers every trace whose first span starts in the window exactly once: with the spans that satisfy the witness filter,
 * or whole; a trace with none of them comes without spans. What could not be read in full is in `incomplete`, and no trace
 * that starts there is delivered. Traces of nothing but BeTrace's own spans are neither delivered nor counted.
 *
 * A trace that alone is too large (`maxSpansPerTrace`, `maxResponseBytes`, or what Tempo gives of one, or in its time) is an incomplete instant; the
 * others are delivered.
 *
 * Limits of the guarantee: parts of a trace that begin more than `paddingMs` after all earlier parts have ended are seen as
 * missing or as a second trace; values over 2,048 bytes were cut by Tempo when they came in; values that search cannot see
 * (bytes, maps, empty or mixed arrays; arrays of strings in `http.method`, of numbers in `http.status_code` and their like, for
 * which Tempo has a column) count as absent, and so does an empty `service.name`; two spans of one id and kind are one span.
 * Throws `TempoError` where Tempo cannot be read at all, the signal's reason on abort, and what `onTraces` throws.
 */
export async function scanWindow(client: TempoClient, request: ScanRequest): Promise<ScanReport> {
  const { startNs, endNs, signal } = request;
  if (endNs <= startNs) throw new RangeError(`scanWindow: expected startNs < endNs, found ${startNs} and ${endNs}`);
  const work = newWork(client);
  const incomplete: IncompleteWindow[] = [];
  let traces = 0;
  let plan: Plan = "enumeration";
  const todo: NsRange[] = [{ startNs, endNs }];
  const { maxSpansInMemory, maxTracesInMemory } = client.options;
  let alone = false;
  let longestNs = endNs - startNs;
  for (let window = todo.pop(); window !== undefined; window = todo.pop()) {
    signal.throwIfAborted();
    const part = partThatFits(client, window, longestNs);
    if (part.endNs < window.endNs) todo.push({ startNs: part.endNs, endNs: window.endNs });
    const memory = alone ? maxTracesInMemory : partOfMemory(client, part);
    const release = await client.memory.take(memory, signal);
    work.room = new SpanRoom(Math.floor(maxSpansInMemory * Math.min(1, memory / maxTracesInMemory)));
    try {
      const unit = await readUnit(work, request, part).catch((error: unknown) => {
        if (error instanceof TooDense) return error;
        throw error;
      });
      if (!(unit instanceof TooDense)) {
        client.learned.tracesPerSecond = unit.listed / secondsOf(part);
        incomplete.push(...unit.incomplete);
        if (PLANS.indexOf(unit.plan) > PLANS.indexOf(plan)) plan = unit.plan;
        traces += await deliver(unit.traces, request);
      } else if (unit.what === "spans" && memory < maxTracesInMemory) {
        // What others hold is no reason to read less at a time, only to wait for it.
        alone = true;
        todo.push(part);
      } else if (part.endNs - part.startNs > SHORTEST_UNIT_NS) {
        const middle = (part.startNs + part.endNs) / 2n;
        todo.push({ startNs: middle, endNs: part.endNs }, { startNs: part.startNs, endNs: middle });
        longestNs = middle - part.startNs;
        if (unit.tracesPerSecond !== undefined) client.learned.tracesPerSecond = unit.tracesPerSecond;
      } else {
        incomplete.push({ ...part, reason: `too dense to hold in memory: ${unit.message}` });
      }
    } finally {
      release();
    }
  }
  const { nowNs, settleNs } = {
    nowNs: msToNs(Math.floor(client.options.now())),
    settleNs: msToNs(client.options.settleTimeMs),
  };
  const settledUntilNs = nowNs - settleNs;
  return {
    traces,
    incomplete: mergeRanges(incomplete),
    fetchedById: work.fetchedById,
    bulkRead: work.bulkRead,
    ...work.meter,
    plan,
    unsettledFromNs: endNs <= settledUntilNs ? undefined : startNs > settledUntilNs ? startNs : settledUntilNs,
  };
}

/** All of the window, or as much of its beginning as fits in memory if it is as dense as what was read last. */
function partThatFits({ learned, options }: TempoClient, window: NsRange, longestNs: bigint): NsRange {
  const expected = ((learned.tracesPerSecond ?? 0) * secondsOf(window)) / options.maxTracesInMemory;
  const windowNs = window.endNs - window.startNs;
  // Equal parts: a last one of a few traces would cost Tempo as much as a large one.
  const parts = expected <= 1 ? 1n : BigInt(Math.ceil(expected / UNIT_SHARE));
  const lengthNs = max(SHORTEST_UNIT_NS, min(windowNs / parts, longestNs));
  return { ...window, endNs: min(window.startNs + lengthNs, window.endNs) };
}

/** What a part takes of the memory that the scans of a client share, in traces: enough for what is expected, and for its spans. */
function partOfMemory({ learned, options }: TempoClient, part: NsRange): number {
  const least = options.maxTracesInMemory / SCANS_SIDE_BY_SIDE;
  return Math.max(least, (learned.tracesPerSecond ?? 0) * secondsOf(part));
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const secondsOf = ({ startNs, endNs }: NsRange): number => Number(endNs - startNs) / 1e9;

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** By how much they read. */
const PLANS: readonly Plan[] = [
  "enumeration",
  "bounds",
  "candidates",
  "disjunction",
  "whole_matches",
  "everything",
  "by_id",
];

async function deliver(traces: Iterable<Trace>, { onTraces, signal }: ScanRequest): Promise<number> {
  let delivered = 0;
  let batch: Trace[] = [];
  const hand = async (): Promise<void> => {
    signal.throwIfAborted();
    await onTraces(batch);
    delivered += batch.length;
    batch = [];
    await nextTurn();
  };
  for (const trace of traces) {
    batch.push(trace);
    if (batch.length === TRACES_PER_BATCH) await hand();
  }
  if (batch.length > 0) await hand();
  return delivered;
}
