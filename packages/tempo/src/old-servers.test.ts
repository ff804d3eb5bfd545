import type { AttributeValue, Span, SpanField, Trace } from "@betrace/contracts";
import { expect } from "chai";
import { createTempoClient, readTraces, type TempoClient, TempoError } from "./index.js";
import { startFakeTempo } from "./testing/fake-tempo.js";
import { collect, type OldServerScan, oldServerClient, SCANS, WINDOW } from "./testing/old-server-scans.js";
import { type Pushed, pushedTraces } from "./testing/pushed-traces.js";
import { type Recording, type Replay, readRecorded, startReplay } from "./testing/recording.js";
import type { TrueTrace } from "./testing/stored-traces.js";
import { readTraceById } from "./trace-by-id.js";

const SECOND = 1_000_000_000n;
const signal = new AbortController().signal;
/** A client and a server span share an id in these traces: by id, Tempo gives the server span another one. */
const SHARED = new Set(["4bf9eaf1336e4da6a3ce929d0e0e400b", "4bf9fc02447f4da6a3ce929d0e0e400c"]);

/**
 * Old servers, which answer in JSON only, as they answered when they held `recordings/traces.json`. With the address of such
 * a server in the variable, the same is asked of the server itself; through a proxy that writes down what passes, that is
 * how the recordings were made.
 */
function oldServer(file: string, variable: string, selectsParents: boolean): void {
  const live = process.env[variable];
  const recording = live === undefined ? (readRecorded(file) as Recording) : undefined;
  describe(`old servers: Tempo ${recording?.tempo ?? `at ${live}`}`, () => {
    const truth = pushedTraces(readRecorded("traces.json") as Pushed);
    let replay: Replay | undefined;
    let url: string;
    let client: TempoClient;

    before(async () => {
      if (recording !== undefined) replay = await startReplay(recording);
      url = live ?? replay?.url ?? "";
      client = oldServerClient(url);
    });
    afterEach(() => expect(replay?.unknown ?? [], "requests that were not recorded").to.deep.equal([]));
    after(async () => {
      await client.close();
      await replay?.close();
      expect(replay?.unused() ?? [], "recorded requests that nobody makes any more").to.deep.equal([]);
    });

    it("is ready", () => client.ready());

    for (const scan of SCANS) {
      it(`delivers exactly the traces of the window: ${scan.it}`, async () => {
        const { report, traces } = await collect(client, scan);
        expect(report.incomplete).to.deep.equal([]);
        expect(report.plan).to.equal(scan.plan === "everything" && !selectsParents ? "by_id" : scan.plan);
        expectTruth(traces, truth, scan);
      });
    }

    it("gives each trace to one of two windows, cut where one begins", async () => {
      const cutNs = WINDOW.startNs + 6_200_000_000n;
      const { spanFields, traceFields } = NO_SPANS;
      const request = { spanFields, traceFields, witnessFilter: undefined, candidateFilter: undefined };
      const before = await collect(client, request, { ...WINDOW, endNs: cutNs });
      const after = await collect(client, request, { ...WINDOW, startNs: cutNs });
      const ids = ({ traces }: { traces: readonly Trace[] }) => traces.map(({ traceId }) => traceId).sort();
      const expected = (first: boolean) =>
        within(truth)
          .filter((trace) => startOf(trace) < cutNs === first)
          .map(({ traceId }) => traceId)
          .sort();
      expect(ids(before)).to.deep.equal(expected(true));
      expect(ids(after)).to.deep.equal(expected(false));
    });

    it("finds all traces in parts, down to parts of a second by trace id", async () => {
      const narrow = oldServerClient(url, 5);
      try {
        const { report, traces } = await collect(narrow, NO_SPANS);
        expect(report.incomplete).to.deep.equal([]);
        expectTruth(traces, truth, NO_SPANS);
      } finally {
        await narrow.close();
      }
    });

    it("reads whole traces", async () => {
      const spanFields: SpanField[] = [{ kind: "attribute", key: "attempt" }];
      const traces: Trace[] = [];
      await readTraces(client, {
        ...WINDOW,
        onTraces: (some) => void traces.push(...some),
        // With ids that nobody has, the query is longer than the buffer that Tempo reads it through.
        traceIds: [
          ...Array.from({ length: 30 }, (_, i) => `${i + 10}`.repeat(16)),
          ...within(truth).map(({ traceId }) => traceId),
        ],
        spanFields,
        signal,
      });
      expectWhole(traces, within(truth), spanFields);
    });

    it("reads traces by id", async () => {
      const spanFields: SpanField[] = ["tags", "amount", "pii.accessed", "attempt", "kind"].map((key) => ({
        kind: "attribute",
        key,
      }));
      const traces: Trace[] = [];
      for (const { traceId } of within(truth)) {
        const trace = await readTraceById(client, { traceId, spanFields, signal, meter: { requests: 0, bytes: 0 } });
        if (trace !== undefined) traces.push(trace);
      }
      expectWhole(traces, within(truth), spanFields);
    });

    it("knows that there is no such trace", async () => {
      const meter = { requests: 0, bytes: 0 };
      const traceId = "ffffffffffffffffffffffffffffffff";
      expect(await readTraceById(client, { traceId, spanFields: [], signal, meter })).to.equal(undefined);
    });

    it("names a query that the server does not understand", async () => {
      const failure = await collect(client, { ...NO_SPANS, witnessFilter: "span:never = 1" }).catch((error) => error);
      expect(failure).to.be.instanceOf(TempoError);
      expect(failure).to.include({ kind: "bad_query", retryable: false });
    });
  });
}

describe("old servers: a trace over the size limit", () => {
  it("is not read, and not asked for again", async () => {
    const tempo = await startFakeTempo((_query, response) => {
      // 2.6.1, for a trace in two blocks.
      response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end("trace exceeds max size (max bytes: 6000)\n");
    });
    const client = createTempoClient({ url: tempo.url });
    try {
      const request = { traceId: "1".repeat(32), spanFields: [], signal, meter: { requests: 0, bytes: 0 } };
      const failure = await readTraceById(client, request).catch((error) => error);
      expect(failure).to.include({ kind: "too_large", what: "response", retryable: false });
      expect(tempo.requests.length).to.equal(1);
    } finally {
      await client.close();
      await tempo.close();
    }
  });
});

const NO_SPANS: Omit<OldServerScan, "it" | "plan"> = {
  witnessFilter: undefined,
  candidateFilter: undefined,
  spanFields: [],
  traceFields: [],
  matches: () => false,
};

const startOf = ({ spans }: TrueTrace): bigint =>
  spans.reduce((first, { startNs }) => (startNs < first ? startNs : first), WINDOW.endNs * 2n);

const within = (traces: readonly TrueTrace[]): readonly TrueTrace[] =>
  traces.filter((trace) => startOf(trace) >= WINDOW.startNs && startOf(trace) < WINDOW.endNs);

/** Every trace of the window once; of each all spans that matter, and nothing that was not pushed. */
function expectTruth(
  found: readonly Trace[],
  truth: readonly TrueTrace[],
  scan: Omit<OldServerScan, "it" | "plan">,
): void {
  const expected = new Map(within(truth).map((trace) => [trace.traceId, trace]));
  expect(found.map(({ traceId }) => traceId).sort()).to.deep.equal([...expected.keys()].sort());
  const whole = found.filter(({ complete }) => complete);
  expectWhole(
    whole,
    whole.flatMap(({ traceId }) => expected.get(traceId) ?? []),
    scan.spanFields,
  );
  for (const { traceId, spans, complete } of found) {
    if (complete) continue;
    const all = expected.get(traceId)?.spans ?? [];
    const shown = spans.map((span) => shownSpan(span, scan.spanFields));
    expect(
      all.map((span) => shownSpan(span, scan.spanFields)),
      traceId,
    ).to.include.members(shown);
    expect(new Set(shown).size, `copies in ${traceId}`).to.equal(shown.length);
    if (scan.isCandidate !== undefined && !all.some(scan.isCandidate)) continue;
    expect(shown, traceId).to.include.members(all.filter(scan.matches).map((span) => shownSpan(span, scan.spanFields)));
  }
}

/** Whole traces: each span with its parent, and what is true of the trace. */
function expectWhole(found: readonly Trace[], expected: readonly TrueTrace[], fields: readonly SpanField[]): void {
  const shown = (traces: readonly TrueTrace[]) =>
    Object.fromEntries(
      traces.map(({ traceId, spans }) => {
        const links = (span: Span) => (SHARED.has(traceId) ? "" : `${span.spanId} < ${span.parentSpanId} `);
        return [
          traceId,
          { spans: spans.map((span) => links(span) + wholeSpan(span, fields)).sort(), ...factsOf(spans) },
        ];
      }),
    );
  expect(found.every(({ complete }) => complete)).to.equal(true);
  expect(shown(found)).to.deep.equal(shown(expected));
}

function factsOf(spans: readonly Span[]): object {
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === "");
  const start = spans.map(({ startNs }) => startNs).sort()[0] ?? 0n;
  const end =
    spans
      .map(({ startNs, durationNs }) => startNs + durationNs)
      .sort()
      .at(-1) ?? 0n;
  return {
    start,
    duration: end - start,
    spanCount: spans.length,
    services: [...new Set(spans.map(serviceOf))].sort(),
    roots: roots.map((span) => `${span.name} of ${serviceOf(span)}`).sort(),
  };
}

/** Search shows a resource without `service.name` as one whose service is empty. */
const serviceOf = ({ service }: Span): string => service ?? "";

const wholeSpan = (span: Span, fields: readonly SpanField[]): string =>
  `${span.name} of ${serviceOf(span)} ${shownSpan(span, fields, false)}`;

function shownSpan(span: Span, fields: readonly SpanField[], withId = true): string {
  const values = fields.map((field) => {
    if (field.kind === "attribute") return `${field.key}=${shownValue(span.attributes.get(field.key))}`;
    if (field.kind === "resource") return `resource ${field.key}=${shownValue(span.resource.get(field.key))}`;
    if (field.kind === "duration") return `${span.durationNs} ns`;
    if (field.kind === "status_message") return span.statusMessage;
    if (field.kind === "service") return serviceOf(span);
    return `${field.kind} ${span[field.kind]}`;
  });
  const time = `+${Number(span.startNs - WINDOW.startNs) / Number(SECOND)} s ${span.durationNs} ns`;
  return [...(withId ? [span.spanId] : []), time, span.kind, ...values].join(" ");
}

const shownValue = (value: AttributeValue | undefined): string =>
  Array.isArray(value) ? `[${value.map(shownValue).join(", ")}]` : `${typeof value} ${String(value)}`;

oldServer("tempo-2.6.json", "TEMPO_2_6_URL", false);
oldServer("tempo-2.8.json", "TEMPO_2_8_URL", true);
