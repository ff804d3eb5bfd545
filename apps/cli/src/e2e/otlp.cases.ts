import type { Outcome } from "../testing/trace-case.js";

type Json = Readonly<Record<string, unknown>>;

/** What counts in documents as people have them, in a file and in the embedded store alike. */
export interface OtlpCase {
  readonly why: string;
  /** Each of them a file, and a push; at a time of their own. */
  documents(atNs: bigint): readonly Json[];
  readonly dsl: string;
  readonly right: Outcome;
}

const SECOND = 1_000_000_000n;

/** A db.query of 5 ms, in a trace that belongs to its time. */
function query(atNs: bigint, more: Json = {}): Json {
  return {
    traceId: atNs.toString(16).padStart(32, "a"),
    spanId: "00f067aa0ba902b7",
    name: "db.query",
    kind: 2,
    startTimeUnixNano: String(atNs),
    endTimeUnixNano: String(atNs + 5_000_000n),
    ...more,
  };
}
const document = (...spans: readonly Json[]): Json => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

const NO_RETRY = 'trace.has(span.name == "db.query") and not trace.has(span.name == "retry")';
const SLOW = "trace.has(span.duration > 1s)";
const FAILED = 'trace.has(span.status == "error")';

type Time = (atNs: bigint) => string | number | undefined;

/** Ends that lie at no later time than the start, as far as anyone can tell. */
const ENDS: readonly [what: string, end: Time][] = [
  ["is missing", () => undefined],
  ["is zero", () => "0"],
  ["is zero, as a number", () => 0],
  ["lies a second before its start", (atNs) => String(atNs - SECOND)],
  ["lies in 1970", () => "1"],
  ["is its start", String],
  ["is below zero", () => "-1"],
  ["has all bits set", () => "18446744073709551615"],
];

const shorter: [string, Time] = ["is nearer", (atNs) => String(atNs + 1n)];

export const OTLP_CASES: readonly OtlpCase[] = [
  ...ENDS.flatMap(([what, end]): OtlpCase[] => [
    {
      why: `a span whose end ${what} counts, and hides none that starts later`,
      documents: (atNs) => [
        document(query(atNs, { endTimeUnixNano: end(atNs) })),
        document(query(atNs + 60n * SECOND)),
      ],
      dsl: NO_RETRY,
      right: { violations: 2, traces: 2 },
    },
    {
      why: `a span whose end ${what} takes no time`,
      documents: (atNs) => [
        document(query(atNs + 60n * SECOND)),
        document(query(atNs, { endTimeUnixNano: end(atNs) })),
      ],
      dsl: SLOW,
      right: { violations: 0, traces: 2 },
    },
  ]),
  {
    why: "a span that ends after 2262 takes that long, and hides none that starts later",
    documents: (atNs) => [
      document(query(atNs, { endTimeUnixNano: "9223372036854775808" })),
      document(query(atNs + 60n * SECOND)),
    ],
    dsl: SLOW,
    right: { violations: 1, traces: 2 },
  },
  ...[...ENDS, shorter].flatMap(([what, end]) =>
    [false, true].map((finishedFirst): OtlpCase => {
      const order = finishedFirst ? "before" : "after";
      return {
        why: `a finished span counts, sent ${order} its snapshot, of which the end ${what}`,
        documents(atNs) {
          const snapshot = document(query(atNs, { endTimeUnixNano: end(atNs) }));
          const endTimeUnixNano = String(atNs + 5n * SECOND);
          const finished = document(query(atNs, { endTimeUnixNano, status: { code: "ERROR" } }));
          return finishedFirst ? [finished, snapshot] : [snapshot, finished];
        },
        dsl: 'trace.has(span.duration > 1s and span.status == "error")',
        right: { violations: 1, traces: 1 },
      };
    }),
  ),
  {
    why: "of a snapshot and a finished span of no duration, the one with a status counts",
    documents: (atNs) => [
      document(query(atNs, { endTimeUnixNano: String(atNs), status: { code: 2 } })),
      document(query(atNs, { endTimeUnixNano: undefined })),
    ],
    dsl: FAILED,
    right: { violations: 1, traces: 1 },
  },
  {
    why: "a span without a start is refused",
    documents: (atNs) => [document(query(atNs, { startTimeUnixNano: "0" }))],
    dsl: NO_RETRY,
    right: { refused: "startTimeUnixNano: expected the time at which the span started" },
  },
  {
    why: "a span that starts after 2262 is refused",
    documents: (atNs) => [document(query(atNs, { startTimeUnixNano: "-1" }))],
    dsl: NO_RETRY,
    right: { refused: "startTimeUnixNano: expected Unix nanoseconds" },
  },
  {
    why: "an id in two letter cases, and in base64, is one id",
    documents: (atNs) => {
      const { traceId } = query(atNs);
      const base64 = Buffer.from(String(traceId), "hex").toString("base64");
      return [
        document(query(atNs, { traceId: String(traceId).toUpperCase() })),
        document(query(atNs, { traceId: base64, spanId: "AAAAAAAAAAE=", name: "retry" })),
      ];
    },
    dsl: NO_RETRY,
    right: { violations: 0, traces: 1 },
  },
  {
    why: "a parent of zeros is no parent",
    documents: (atNs) => [document(query(atNs, { parentSpanId: "AAAAAAAAAAA=" }))],
    dsl: 'trace.root.name == "db.query"',
    right: { violations: 1, traces: 1 },
  },
  {
    why: "an attribute in another shape is refused",
    documents: (atNs) => [document(query(atNs, { attributes: [{ key: "k", value: 5 }] }))],
    dsl: NO_RETRY,
    right: { refused: "attributes[0].value: expected an AnyValue" },
  },
  {
    why: "spans under an unknown name are refused",
    documents: (atNs) => [{ resourceSpans: [{ librarySpans: [{ spans: [query(atNs)] }] }] }],
    dsl: NO_RETRY,
    right: { refused: '"librarySpans"' },
  },
  {
    why: "old names, snake_case and words are read",
    documents: (atNs) => [
      {
        resource_spans: [
          {
            resource: { attributes: [{ key: "service.name", value: { string_value: "shop" } }] },
            instrumentation_library_spans: [{ spans: [query(atNs, { kind: "Server", status: { code: "error" } })] }],
          },
        ],
      },
    ],
    dsl: 'trace.has(span.service == "shop" and span.kind == "server" and span.status == "error")',
    right: { violations: 1, traces: 1 },
  },
  {
    why: "an integer beyond 2^53 keeps its value",
    documents: (atNs) => [
      document(query(atNs, { attributes: [{ key: "k", value: { intValue: "9007199254740993" } }] })),
    ],
    dsl: 'trace.has(span.attributes["k"] == 9007199254740993) and not trace.has(span.attributes["k"] == 9007199254740992)',
    right: { violations: 1, traces: 1 },
  },
];
