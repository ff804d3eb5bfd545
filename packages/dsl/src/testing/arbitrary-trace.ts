import type { Trace } from "@betrace/contracts";
import fc from "fast-check";
import { anySpan } from "./arbitrary-span.js";
import { type TypedSpan, toSpan } from "./typed-span.js";

/** A complete trace, and its spans with their types. Some spans are copies of others, some are roots. */
export const anyTrace: fc.Arbitrary<{ readonly typed: readonly TypedSpan[]; readonly trace: Trace }> = fc
  .array(fc.tuple(anySpan, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((drawn) => {
    const typed = drawn.flatMap(([span, , copied], at) => {
      const own = { ...span, spanId: (span.spanId.slice(2) + (16 + at).toString(16)).padStart(16, "0") };
      return copied ? [own, own] : [own];
    });
    const parents = drawn.flatMap(([, root, copied]) => {
      const parent = root ? "" : "00000000000000ff";
      return copied ? [parent, parent] : [parent];
    });
    const spans = typed.map((span, at) => ({ ...toSpan(span), parentSpanId: parents[at] ?? "" }));
    return { typed, trace: { traceId: "a".repeat(32), spans, complete: true } };
  });
