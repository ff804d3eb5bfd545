import type { SpanKind, SpanStatus } from "@betrace/contracts";
import fc from "fast-check";
import { anyDecimal, anyDurationNs, anyInteger, anyKey, anyText, COLUMN_KEYS } from "./arbitrary-words.js";
import type { TypedScalar, TypedSpan, TypedValue } from "./typed-span.js";

const string: fc.Arbitrary<TypedScalar> = anyText.map((value) => ({ type: "string", value }));
const int: fc.Arbitrary<TypedScalar> = anyInteger.map((value) => ({ type: "int", value }));
const double: fc.Arbitrary<TypedScalar> = anyDecimal.map((value) => ({ type: "double", value }));
const boolean: fc.Arbitrary<TypedScalar> = fc.boolean().map((value) => ({ type: "boolean", value }));
const scalar = fc.oneof(string, int, double, boolean);
const array: fc.Arbitrary<TypedValue> = fc
  .constantFrom(string, int, double, boolean)
  .chain((one) => fc.array(one, { minLength: 1, maxLength: 3 }))
  .map((elements) => ({ type: "array", elements }));

const attributes: fc.Arbitrary<ReadonlyMap<string, TypedValue>> = fc
  .array(
    anyKey.chain((key) =>
      fc.tuple(
        fc.constant(key),
        (COLUMN_KEYS as readonly string[]).includes(key)
          ? scalar
          : fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: array }),
      ),
    ),
    { maxLength: 4 },
  )
  .map((entries) => new Map(entries));

/** A span with attributes of mixed types under few keys, negative durations and hard strings. */
export const anySpan: fc.Arbitrary<TypedSpan> = fc.record({
  spanId: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((id) => id.toString(16).padStart(16, "0")),
  name: anyText,
  service: fc.option(anyText, { nil: undefined }),
  kind: fc.constantFrom<SpanKind>("unspecified", "internal", "server", "client", "producer", "consumer"),
  status: fc.constantFrom<SpanStatus>("unset", "ok", "error"),
  statusMessage: anyText,
  startNs: fc.bigInt({ min: 0n, max: 50n }).map((ns) => 1_700_000_000_000_000_000n + ns),
  durationNs: fc.oneof(
    { weight: 5, arbitrary: anyDurationNs },
    { weight: 1, arbitrary: fc.constantFrom(-1n, -2_000_000_000n) },
  ),
  attributes,
  resource: attributes,
});
