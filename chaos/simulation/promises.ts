import type { Trace } from "@betrace/contracts";
import { violationSpanIds } from "@betrace/violations";
import type { SeenReplay, Window } from "./ledger-view.js";
import { RANGE_START_NS, SHARD_SECONDS, startOf, violates } from "./sample.js";

/** A promise was broken; the message says which, and how. */
export class Broken extends Error {}

function hold(condition: boolean, what: string): void {
  if (!condition) throw new Broken(what);
}

const ENDED = ["completed", "failed", "cancelled"];
/** The state table of the ledger's prelude; an ended replay that is tried again may be anywhere by the time we look. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  queued: ["running", "paused", "cancelled", "completed", "failed"],
  running: ["completed", "failed", "paused", "cancelled"],
  paused: ["queued", "running", "completed", "failed", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** What must hold at every moment, whatever has just happened. `retried`: a retry was asked for since `before`. */
export function checkMoment(before: SeenReplay | undefined, now: SeenReplay, retried: boolean): void {
  const count = (state: string) => now.shards.filter((shard) => shard.state === state).length;
  const number = (name: string) => Number(now.fields[name] ?? 0);
  const state = now.fields.state ?? "";
  hold(
    number("shards_running") === count("running"),
    `shards_running is ${number("shards_running")}, ${count("running")} run`,
  );
  hold(number("shards_done") === count("done"), `shards_done is ${number("shards_done")}, ${count("done")} are done`);
  hold(number("shards_failed") === count("failed"), "shards_failed is not the number of failed shards");
  hold(number("shards_total") === now.shards.length - count("split"), "shards_total is not the number of shards");
  const open = now.shards
    .filter((shard) => shard.state === "open" || shard.state === "running")
    .map((shard) => shard.id);
  hold(open.sort().join() === [...now.open].sort().join(), `the open set is ${now.open}, open or running are ${open}`);
  hold(now.active === !ENDED.includes(state), `state ${state}, but active is ${now.active}`);
  hold(!ENDED.includes(state) || count("running") === 0, `${state} while shards run`);
  hold(number("traces") === sum(now.shards.map((shard) => shard.traces ?? 0)), "traces is not the sum over the shards");
  if (before === undefined) return;
  const was = before.fields.state ?? "";
  const legal = was === state || (NEXT[was]?.includes(state) ?? false);
  const again = retried && (was === "completed" || was === "failed");
  hold(again || (legal && (was === state || !ENDED.includes(was))), `state went from ${was} to ${state}`);
  for (const shard of now.shards) {
    const earlier = before.shards.find((one) => one.id === shard.id);
    if (earlier === undefined) continue;
    hold(shard.fence >= earlier.fence, `the fence of ${shard.id} went back`);
    hold(earlier.state !== "done" || shard.state === "done" || retried, `${shard.id} was done and is ${shard.state}`);
    const claimed = shard.state === "running" && shard.fence > earlier.fence;
    hold(!claimed || before.fields.cancel !== "1", `${shard.id} was claimed after cancel`);
  }
}

/** What must hold when all faults are over and everything had its time. */
export function checkEnd(
  replay: SeenReplay,
  traces: readonly Trace[],
  range: { readonly shards: number },
  written: ReadonlySet<string>,
): void {
  const { fields, shards } = replay;
  const state = fields.state ?? "";
  hold(
    ENDED.includes(state),
    `the replay never ended: it is ${state}${fields.cancel === "1" ? ", being cancelled" : ""}`,
  );
  if (fields.cancel !== "1") hold(state !== "cancelled", "cancelled, and nobody asked");
  else hold(state === "cancelled" || Number(fields.incomplete ?? 0) === 0, `cancel was asked for, and it is ${state}`);
  const leaves = shards.filter((shard) => shard.state !== "split").sort((a, b) => (a.from < b.from ? -1 : 1));
  let at = RANGE_START_NS;
  for (const shard of leaves) {
    hold(shard.from === at, `a gap or an overlap before ${shard.id}`);
    at = shard.to;
  }
  hold(
    at === RANGE_START_NS + BigInt(range.shards * SHARD_SECONDS) * 1_000_000_000n,
    "the shards do not reach the end",
  );
  const windows = Array.from({ length: 200 }, (_, n) => fields[`w:${n + 1}`]).flatMap((text) =>
    text === undefined
      ? []
      : [{ from: BigInt(text.slice(0, 20)), to: BigInt(text.slice(21, 41)), reason: text.slice(42) }],
  );
  hold(
    windows.length === Number(fields.incomplete ?? 0),
    `${fields.incomplete} incomplete windows, ${windows.length} listed`,
  );
  hold(
    windows.every((window) => window.reason.length > 0),
    "an incomplete window without a reason",
  );
  const within = (ns: bigint, some: readonly Window[]) => some.some((one) => ns >= one.from && ns < one.to);
  const counted = leaves.filter((shard) => shard.traces !== undefined);
  const isCounted = (trace: Trace) =>
    counted.some((s) => within(startOf(trace), [s]) && !within(startOf(trace), s.holes));
  if (state !== "cancelled") {
    hold(
      leaves.every((s) => s.state === "done" || s.state === "failed"),
      `${state} with open shards`,
    );
    hold(leaves.some((s) => s.state === "done") === (state === "completed"), `${state} is not what its shards say`);
    for (const trace of traces) {
      const said = within(startOf(trace), windows);
      hold(
        said !== isCounted(trace),
        `${trace.traceId} is ${said ? "counted and" : "neither counted nor"} said to be incomplete`,
      );
    }
  }
  const decided = traces.filter(isCounted);
  const wrong = decided.filter(violates);
  const total = (name: string) => Number(fields[name] ?? 0);
  hold(total("traces") === decided.length, `traces_evaluated ${total("traces")}, truly ${decided.length}`);
  hold(total("violations") === wrong.length, `violations_found ${total("violations")}, truly ${wrong.length}`);
  hold(total("r:0") === wrong.length, `by rule ${total("r:0")}, truly ${wrong.length}`);
  const byBucket = Object.keys(fields).filter((name) => name.startsWith("b:"));
  hold(sum(byBucket.map(total)) === wrong.length, `by bucket ${sum(byBucket.map(total))}, truly ${wrong.length}`);
  const times = wrong.map(startOf);
  const [first, last] = [times[0], times.at(-1)];
  hold(first === undefined ? !fields.first_ns : BigInt(fields.first_ns ?? 0) === first, "first_violation is another");
  hold(last === undefined ? !fields.last_ns : BigInt(fields.last_ns ?? 0) === last, "last_violation is another");
  const [rule] = JSON.parse(fields.rules ?? "[]") as { readonly ruleId: string; readonly ruleVersion: number }[];
  const idOf = (trace: Trace) => violationSpanIds(rule?.ruleId ?? "", rule?.ruleVersion ?? 0, trace.traceId).traceId;
  const truth = new Set(traces.filter(violates).map((trace) => trace.traceId));
  hold(
    [...written].every((traceId) => truth.has(traceId)),
    "a violation was written that is none",
  );
  for (const trace of wrong) {
    hold(replay.listed.includes(idOf(trace)), `the violation of ${trace.traceId} is counted and not stored`);
    hold(written.has(trace.traceId), `the violation of ${trace.traceId} is counted and not written`);
  }
  hold(new Set(replay.listed).size === replay.listed.length, "a violation is listed twice");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
