import type { Span, Trace } from "@betrace/contracts";

/** Where the simulated range begins: a whole minute, long settled. */
export const RANGE_START_NS = 1_784_073_600_000_000_000n;
export const SHARD_SECONDS = 60;
const SHARD_NS = 60_000_000_000n;

/** The rule of the simulation, and how to tell that a trace violates it without asking the rule. */
export const RULE = 'trace.has(span.name == "bad")';
export const violates = (trace: Trace) => trace.spans.some((span) => span.name === "bad");

/** Some traces in each minute, each third of them violating; one starts exactly on a cut. */
export function sampleTraces(shards: number, perShard: number): readonly Trace[] {
  return Array.from({ length: shards * perShard }, (_, n) => {
    const id = (n + 1).toString(16);
    const startNs = RANGE_START_NS + (BigInt(n) * SHARD_NS) / BigInt(perShard);
    const span: Span = {
      spanId: id.padStart(16, "0"),
      parentSpanId: "",
      name: n % 3 === 0 ? "bad" : "good",
      service: "shop",
      kind: "internal",
      status: "unset",
      statusMessage: "",
      startNs,
      durationNs: 1_000n,
      attributes: new Map(),
      resource: new Map(),
    };
    return { traceId: id.padStart(32, "0"), spans: [span], complete: true };
  });
}

/** The start of a sample trace, which has one span. */
export function startOf(trace: Trace): bigint {
  return trace.spans[0]?.startNs ?? 0n;
}
