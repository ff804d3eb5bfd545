import fc from "fast-check";

/** Strings as answers hold them: short names that repeat, ids, and any text. */
export const anyText = fc.oneof(
  fc.constantFrom("db.query", "retry", "service.name", "user.region", "kind", "status", "nil", ""),
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
);

const int64Text = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String);
export const uint64Text = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
  fc.bigInt({ min: 0n, max: 300n }).map(String),
);

const scalarValue = fc.oneof(
  fc.record({ string_value: anyText }),
  fc.record({ bool_value: fc.boolean() }),
  fc.record({ int_value: int64Text }),
  fc.record({ double_value: fc.double() }),
  fc.record({ bytes_value: fc.uint8Array({ maxLength: 8 }) }),
  fc.constant({}),
);

export const anyValue = fc.oneof(
  { weight: 6, arbitrary: scalarValue },
  { weight: 1, arbitrary: fc.record({ array_value: fc.record({ values: fc.array(scalarValue, { maxLength: 4 }) }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ array_value: fc.record({ values: fc.constant([{ array_value: { values: [] } }]) }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kvlist_value: fc.record({ values: fc.array(fc.record({ key: anyText, value: scalarValue }), { maxLength: 2 }) }),
    }),
  },
);

const keyValue = fc.record({
  key: fc.constantFrom("a", "b", "user.region", "kind", "status", "service.name", "not asked for"),
  value: anyValue,
});

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: digits, maxLength: digits });
const uint32 = fc.nat(0xffffffff);

const foundSpan = fc.record(
  {
    spanID: hex(16),
    name: anyText,
    startTimeUnixNano: uint64Text,
    durationNanos: uint64Text,
    attributes: fc.uniqueArray(keyValue, { maxLength: 6, selector: ({ key }) => key }),
  },
  { requiredKeys: ["spanID"] },
);

const spanSet = fc.record({ spans: fc.array(foundSpan, { maxLength: 4 }), matched: fc.nat(5) });

export const searchResponse = fc.record(
  {
    traces: fc.array(
      fc.record(
        {
          traceID: fc.integer({ min: 1, max: 32 }).chain(hex),
          rootServiceName: anyText,
          rootTraceName: anyText,
          startTimeUnixNano: uint64Text,
          durationMs: uint32,
          spanSets: fc.array(spanSet, { maxLength: 3 }),
          serviceStats: fc.dictionary(fc.string({ maxLength: 5 }), fc.record({ spanCount: uint32 }), { maxKeys: 2 }),
        },
        { requiredKeys: ["traceID"] },
      ),
      { maxLength: 5 },
    ),
    metrics: fc.record({ inspectedBytes: uint64Text, completedJobs: uint32, totalJobs: uint32 }, { requiredKeys: [] }),
  },
  { requiredKeys: ["traces", "metrics"] },
);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** An id that is one: not all zero. */
const id = (length: number) => bytes(length).map((all) => (all.some((byte) => byte > 0) ? all : all.fill(1)));

export const traceByIdResponse = fc.record(
  {
    trace: fc.record({
      resourceSpans: fc.array(
        fc.record(
          {
            resource: fc.record({ attributes: fc.uniqueArray(keyValue, { maxLength: 4, selector: ({ key }) => key }) }),
            scope_spans: fc.array(
              fc.record({
                scope: fc.record({ name: anyText }),
                spans: fc.array(
                  fc.record(
                    {
                      trace_id: id(16),
                      span_id: id(8),
                      parent_span_id: bytes(8),
                      name: anyText,
                      kind: fc.nat(5),
                      start_time_unix_nano: uint64Text,
                      end_time_unix_nano: uint64Text,
                      attributes: fc.uniqueArray(keyValue, { maxLength: 6, selector: ({ key }) => key }),
                      events: fc.array(fc.record({ name: anyText, time_unix_nano: uint64Text }), { maxLength: 2 }),
                      status: fc.record({ message: anyText, code: fc.nat(2) }),
                      flags: uint32,
                    },
                    { requiredKeys: ["trace_id", "span_id"] },
                  ),
                  { maxLength: 3 },
                ),
              }),
              { maxLength: 2 },
            ),
          },
          { requiredKeys: ["scope_spans"] },
        ),
        { maxLength: 3 },
      ),
    }),
    status: fc.nat(1),
    message: anyText,
  },
  { requiredKeys: ["trace"] },
);
