import { gzipSync } from "node:zlib";
import { expect } from "chai";
import protobuf from "protobufjs";
import { startTempoLite, type TempoLite } from "../index.js";
import { traceSchema } from "../otlp/schema.js";
import { Fixture, type Json } from "./fixture.js";
import { FOUND } from "./found.cases.js";
import { normalized } from "./normalize.js";
import { RandomQueries } from "./random-queries.js";
import { REFUSED } from "./refused.cases.js";
import { ANSWERS } from "./answers.cases.js";
import { get, push, type SearchAnswer, type SearchTrace, type Subject, searchJson, searchPath } from "./subject.js";
import { TRACES } from "./traces.js";

/** How long a real server may take to show what was sent. */
const PATIENCE_MS = 60_000;

const RANDOM_QUERIES = 100;

const { TEMPO_URL, OTEL_EXPORTER_OTLP_ENDPOINT, CONFORMANCE_SEED } = process.env;

describe("Tempo's behaviour, in tempo-lite", () => {
  let lite: TempoLite;
  before(async () => {
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  });
  after(() => lite.close());
  conformance(() => ({ name: "tempo-lite", url: lite.url, otlpUrl: lite.otlpUrl }));
});

describe("Tempo's behaviour, in the Tempo at TEMPO_URL", () => {
  if (!TEMPO_URL || !OTEL_EXPORTER_OTLP_ENDPOINT) {
    it("SKIPPED: set TEMPO_URL and OTEL_EXPORTER_OTLP_ENDPOINT to hold a real Tempo to the same cases");
    it.skip("SKIPPED: no real Tempo", () => {});
    return;
  }
  const real = {
    name: "Tempo",
    url: TEMPO_URL.replace(/\/$/, ""),
    otlpUrl: OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, ""),
  };
  let lite: TempoLite;
  before(async () => {
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  });
  after(() => lite.close());
  conformance(
    () => real,
    () => ({ name: "tempo-lite", url: lite.url, otlpUrl: lite.otlpUrl }),
  );
});

/** All cases against `subject`; with a `twin`, also that both answer alike. */
function conformance(subject: () => Subject, twin?: () => Subject): void {
  const fixture = new Fixture(TRACES);
  const everything = { limit: 1000, spss: 100, ...fixture.window };
  before(async function () {
    this.timeout(PATIENCE_MS + 10_000);
    await fixture.load(subject(), PATIENCE_MS);
    if (twin) await fixture.load(twin(), 1000);
  });

  const find = (query: string, params = {}) =>
    searchJson(subject(), { ...everything, ...params, q: fixture.query(query) });

  describe("a query finds", () => {
    for (const { fact, query, spans } of FOUND) {
      it(`${fact}: ${query}`, async () => {
        expect(labels(await find(query))).to.deep.equal([...spans].sort());
      });
    }
  });

  describe("a query is refused", () => {
    for (const { fact, query, begins } of REFUSED) {
      it(`${fact}: ${query}`, async () => {
        const answer = await get(subject(), searchPath({ q: query, ...fixture.window }));
        expect([answer.status, answer.text.slice(0, begins.length)]).to.deep.equal([400, begins]);
        expect(answer.type).to.equal("text/plain; charset=utf-8");
      });
    }
  });

  describe("an answer carries", () => {
    for (const { fact, query, params, span, shows } of ANSWERS) {
      it(`${fact}: ${query}`, async () => {
        const found = spansOf(await find(query, params)).find(({ spanID }) => fixture.labelOf(spanID) === span);
        const shown = (found?.attributes ?? []).filter(({ key }) => key !== "service.name");
        const wanted = JSON.parse(fixture.query(JSON.stringify(shows)));
        expect(Object.fromEntries(shown.map(({ key, value }) => [key, value]))).to.deep.equal(wanted);
      });
    }

    it("a span's name only where the query mentions it", async () => {
      expect(spansOf(await find("{ $S && status = error }"))[0]?.name).to.equal(undefined);
      expect(spansOf(await find("{ $S && status = error } | select(name)"))[0]?.name).to.equal("POST /orders");
    });

    it("start, duration and id of a span, root and duration of its trace, counts of its services", async () => {
      const { traces } = await find("{ $S && status = error }");
      expect(traces).to.have.length(1);
      const [trace] = traces as [SearchTrace];
      const startNs = String(BigInt(fixture.baseSeconds) * 1_000_000_000n);
      expect({ ...trace, spanSet: undefined, spanSets: undefined }).to.deep.equal({
        traceID: fixture.traceId("tree").replace(/^0+/, ""),
        rootServiceName: fixture.service,
        rootTraceName: "POST /orders",
        startTimeUnixNano: startNs,
        durationMs: 5000,
        serviceStats: { [fixture.service]: { spanCount: 5, errorCount: 1 } },
        spanSet: undefined,
        spanSets: undefined,
      });
      expect(trace.spanSet).to.deep.equal(trace.spanSets?.[0]);
      expect(trace.spanSet?.matched).to.equal(1);
      expect({ ...trace.spanSet?.spans[0], attributes: undefined }).to.deep.equal({
        spanID: fixture.spanId("root"),
        startTimeUnixNano: startNs,
        durationNanos: "5000000000",
        attributes: undefined,
      });
    });

    it("a placeholder for a root that has not arrived", async () => {
      const { traces } = await find('{ $S && name = "orphan" }');
      expect(traces[0]?.rootServiceName).to.equal("<root span not yet received>");
      expect(traces[0]?.rootTraceName).to.equal(undefined);
      expect(traces[0]?.durationMs).to.equal(2345);
    });

    it("3 spans of a span set unless spss says otherwise, and how many matched", async () => {
      const byDefault = await find('{ $S && span.parity = "even" }', { spss: undefined });
      expect([byDefault.traces[0]?.spanSet?.spans.length, byDefault.traces[0]?.spanSet?.matched]).to.deep.equal([
        3, 60,
      ]);
      const all = await find("{ $S && span.at >= 0 }");
      expect([all.traces[0]?.spanSet?.spans.length, all.traces[0]?.spanSet?.matched]).to.deep.equal([100, 120]);
    });

    it("every span behind by(span:id), each in a span set of its own", async () => {
      const { traces } = await find("{ $S && span.at >= 0 } | by(span:id) | select(span.at)", { spss: 4 });
      const sets = traces[0]?.spanSets ?? [];
      expect(sets).to.have.length(120);
      expect(sets.every(({ spans, matched }) => spans.length === 1 && matched === 1)).to.equal(true);
      const [first] = sets;
      expect(first?.attributes).to.deep.equal([
        { key: "by(span:id)", value: { stringValue: first?.spans[0]?.spanID } },
      ]);
    });

    it("groups of by(attribute), one of them for spans without it", async () => {
      const { traces } = await find('{ $S && (name = "int5" || name = "none" || name = "text5") } | by(span.v)');
      const groups = (traces[0]?.spanSets ?? []).map(({ attributes, spans }) => [
        JSON.stringify(attributes?.[0]?.value),
        spans.map(({ spanID }) => fixture.labelOf(spanID)).join(),
      ]);
      expect(groups.sort()).to.deep.equal([
        ['{"intValue":"5"}', "int5"],
        ['{"stringValue":"5"}', "text5"],
        ['{"stringValue":"nil"}', "none"],
      ]);
    });

    it("count() of each span set", async () => {
      const { traces } = await find('{ $S && span.parity = "odd" } | count() = 60');
      expect(traces[0]?.spanSet?.attributes).to.deep.equal([{ key: "count()", value: { intValue: "60" } }]);
    });

    it("the same in protobuf", async () => {
      for (const query of [
        "{ $S && span.at < 7 } | by(span:id) | select(name, span.at, span.parity)",
        "{ $S && kind != unspecified }",
      ]) {
        const path = searchPath({ ...everything, q: fixture.query(query) });
        const answer = await get(subject(), path, "application/protobuf");
        expect(answer.type).to.equal("application/protobuf");
        const type = searchResponseType();
        const decoded = type.toObject(type.decode(answer.bytes), { longs: String, json: true }) as SearchAnswer;
        expect(normalized(decoded)).to.deep.equal(normalized(await find(query)));
      }
    });
  });

  describe("a search without q", () => {
    it("lists traces with root, start and duration and no spans, youngest first", async () => {
      const { traces } = await searchJson(subject(), { limit: 1000, ...fixture.window });
      const own = traces.filter(({ rootServiceName }) => rootServiceName === fixture.service);
      expect(own.map(({ traceID }) => traceID)).to.deep.equal(
        ["instant", "late", "wide", "values", "tree"]
          .map((label) => fixture.traceId(label).replace(/^0+/, ""))
          .toSorted(byStart(own)),
      );
      expect(
        Object.keys(own.find(({ traceID }) => fixture.traceId("tree").endsWith(traceID)) ?? {}).sort(),
      ).to.deep.equal([...["durationMs", "rootServiceName", "rootTraceName", "startTimeUnixNano", "traceID"]]);
    });

    it("is complete when completedJobs equals totalJobs", async () => {
      const { metrics } = await searchJson(subject(), { limit: 1000, ...fixture.window });
      expect(metrics.completedJobs).to.equal(metrics.totalJobs);
    });

    it("stops at limit", async () => {
      const { traces } = await searchJson(subject(), { limit: 2, ...fixture.window });
      expect(traces).to.have.length(2);
    });
  });

  describe("a window", () => {
    const ids = async (label: string, start: number, end: number) => {
      const base = fixture.baseSeconds;
      const q = fixture.query(`{ $S && trace:id = "$id(${label})" }`);
      return (await searchJson(subject(), { q, start: base + start, end: base + end })).traces.length;
    };
    it("takes in its last second only up to its beginning", async () => {
      // "late" lives from second 1000.5 to 1002.5.
      expect(await ids("late", 999, 1000)).to.equal(0);
      expect(await ids("late", 999, 1001)).to.equal(1);
    });
    it("holds a trace that merely reaches into it", async () => {
      expect(await ids("late", 1002, 1003)).to.equal(1);
      expect(await ids("late", 1003, 1004)).to.equal(0);
    });
    it("includes both of its ends", async () => {
      // "instant" is at second 1100 exactly.
      expect(await ids("instant", 1100, 1101)).to.equal(1);
      expect(await ids("instant", 1099, 1100)).to.equal(1);
      expect(await ids("instant", 1101, 1102)).to.equal(0);
    });
    it("is asked of the trace, not of the span", async () => {
      // "leaf" ends within a millisecond, its trace lives five seconds.
      const base = fixture.baseSeconds;
      const q = fixture.query('{ $S && name = "leaf" }');
      expect((await searchJson(subject(), { q, start: base + 3, end: base + 4 })).traces).to.have.length(1);
    });
  });

  describe("for completion there are", () => {
    const json = async (path: string, params: Readonly<Record<string, string | number>> = {}) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...fixture.window, ...params })) search.set(name, String(value));
      const answer = await get(subject(), `/api/v2/search/${path}?${search}`);
      expect([answer.status, answer.type], answer.text).to.deep.equal([200, "application/json"]);
      return JSON.parse(answer.text);
    };
    const namesOf = (answer: { scopes: { name: string; tags: string[] }[] }, scope: string) =>
      answer.scopes.find(({ name }) => name === scope)?.tags;
    const valuesOf = async (tag: string) => (await json(`tag/${encodeURIComponent(tag)}/values`)).tagValues;

    it("names of attributes by scope, and the intrinsics", async () => {
      const answer = await json("tags");
      expect(namesOf(answer, "span")).to.include.members(["v", "a b", "dotted.key", "http.method", "left"]);
      expect(namesOf(answer, "span")).not.to.include("tier");
      expect(namesOf(answer, "resource")).to.include.members(["tier", "weight", "service.name", "k8s.pod.name"]);
      expect(namesOf(answer, "intrinsic")).to.include.members(["name", "status", "kind", "duration", "rootName"]);
    });

    it("names of one scope alone", async () => {
      expect((await json("tags", { scope: "span" })).scopes.map(({ name }: { name: string }) => name)).to.deep.equal([
        "span",
      ]);
    });

    const cases: [string, { type: string; value: string }[]][] = [
      ["resource.service.name", [{ type: "string", value: "$SERVICE" }]],
      ["resource.tier", [{ type: "string", value: "gold" }]],
      ["resource.weight", [{ type: "int", value: "7" }]],
      ['span."a b"', [{ type: "string", value: "spaced" }]],
      ["span.http.method", [{ type: "string", value: "GET" }]],
      ["name", [{ type: "string", value: "POST /orders" }]],
      ["rootName", [{ type: "string", value: "POST /orders" }]],
      [
        "span.v",
        [
          { type: "string", value: "abc" },
          { type: "string", value: 'say "hi" \\ `tick`' },
          { type: "int", value: "9007199254740993" },
          { type: "float", value: "2.5" },
          { type: "bool", value: "true" },
        ],
      ],
    ];
    for (const [tag, wanted] of cases) {
      it(`values of ${tag} with their types`, async () => {
        const expected = wanted.map((one) => ({ ...one, value: one.value.replace("$SERVICE", fixture.service) }));
        expect(await valuesOf(tag)).to.deep.include.members(expected);
      });
    }

    it("refusals of a scope and of a name that are none", async () => {
      const scope = await get(subject(), "/api/v2/search/tags?scope=foo");
      expect([scope.status, scope.text]).to.deep.equal([400, "invalid scope: foo"]);
      const name = await get(subject(), "/api/v2/search/tag/foo/values");
      expect([name.status, name.text.slice(0, 29)]).to.deep.equal([400, "please provide a valid tagNam"]);
    });
  });

  describe("a request is refused", () => {
    const cases: [string, Record<string, string | number>, string][] = [
      ["limit over the maximum", { limit: 262_145 }, "limit 262145 exceeds max limit 262144"],
      ["limit 0", { limit: 0 }, "invalid limit: must be a positive number"],
      ["a negative limit", { limit: -1 }, "invalid limit: "],
      ["limit without a number", { limit: "x" }, "invalid limit: strconv."],
      ["spss over the maximum", { spss: 101 }, "spans per span set exceeds 100. received 101"],
      ["a negative spss", { spss: -1 }, "invalid spss: "],
      ["end at start", { start: 5, end: 5 }, "http parameter start must be before end. received start=5 end=5"],
      ["end before start", { start: 6, end: 5 }, "http parameter start must be before end. received start=6 end=5"],
    ];
    for (const [fact, params, message] of cases) {
      it(fact, async () => {
        const answer = await get(subject(), searchPath({ ...fixture.window, ...params }));
        expect([answer.status, answer.text.slice(0, message.length)]).to.deep.equal([400, message]);
      });
    }

    it("only one of start and end", async () => {
      const onlyEnd = await get(subject(), searchPath({ end: 9 }));
      const message = "error parsing date range: only one of start and end provided: must provide both or neither";
      expect([onlyEnd.status, onlyEnd.text]).to.deep.equal([400, message]);
      const onlyStart = await get(subject(), searchPath({ start: 9 }));
      expect(onlyStart.text).to.equal("http parameter start must be before end. received start=9 end=0");
    });

    it("a fraction of a second", async () => {
      const answer = await get(subject(), searchPath({ start: "1.5", end: 9 }));
      expect([answer.status, answer.text.slice(0, 23)]).to.deep.equal([400, "invalid start: strconv."]);
    });

    it("a query over 128 KiB", async () => {
      const ids = "|abcdef0123456789".repeat((128 * 1024) / 17 + 1);
      const answer = await get(subject(), searchPath({ q: `{ trace:id =~ "a${ids}" }`, ...fixture.window }));
      const message = "TraceQL expression exceeds the configured maximum size of 131072 bytes";
      expect([answer.status, answer.text.slice(0, message.length)]).to.deep.equal([400, message]);
    });
  });

  describe("a trace by id", () => {
    const withTrace = (path: string, label: string) => path.replace("*", fixture.traceId(label));
    it("is whole: every span with its attributes, events and status (v2)", async () => {
      const answer = await get(subject(), withTrace("/api/v2/traces/*", "tree"));
      expect(answer.type).to.equal("application/json");
      const { trace, metrics } = JSON.parse(answer.text) as { trace: Json; metrics: unknown };
      expect(metrics).to.be.an("object");
      expect(spanOfTrace(trace.resourceSpans, fixture.spanId("root"))).to.deep.equal({
        traceId: base64(fixture.traceId("tree")),
        spanId: base64(fixture.spanId("root")),
        name: "POST /orders",
        kind: "SPAN_KIND_SERVER",
        startTimeUnixNano: String(BigInt(fixture.baseSeconds) * 1_000_000_000n),
        endTimeUnixNano: String(BigInt(fixture.baseSeconds + 5) * 1_000_000_000n),
        events: [
          { timeUnixNano: "1700000000000000001", name: "retry", attributes: [{ key: "n", value: { intValue: "1" } }] },
        ],
        status: { code: "STATUS_CODE_ERROR", message: "boom" },
      });
    });

    it("has its spans under batches (v1)", async () => {
      const answer = await get(subject(), withTrace("/api/traces/*", "tree"));
      const { batches } = JSON.parse(answer.text) as { batches: unknown };
      expect(spanOfTrace(batches, fixture.spanId("leaf"))?.parentSpanId).to.equal(base64(fixture.spanId("child")));
    });

    it("keeps every kind of value", async () => {
      const answer = await get(subject(), withTrace("/api/v2/traces/*", "values"));
      const { trace } = JSON.parse(answer.text) as { trace: Json };
      for (const span of TRACES[0]?.spans ?? []) {
        if (span.label === "long") continue;
        const found = spanOfTrace(trace.resourceSpans, fixture.spanId(span.label));
        const got = Object.fromEntries(
          ((found?.attributes ?? []) as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]),
        );
        const wanted = Object.fromEntries(
          Object.entries(span.attributes ?? {}).map(([key, value]) => [
            key,
            span.label === "hollow" ? { arrayValue: {} } : value,
          ]),
        );
        expect(got, span.label).to.deep.equal(wanted);
      }
    });

    it("may be asked for without its leading zeros", async () => {
      const short = fixture.traceId("tree").replace(/^0+/, "");
      expect((await get(subject(), `/api/traces/${short}`)).status).to.equal(200);
    });

    it("comes as protobuf when asked (v1 and v2)", async () => {
      const { trace } = traceSchema();
      const accept = "application/protobuf";
      const v1 = await get(subject(), withTrace("/api/traces/*", "tree"), accept);
      const v2 = await get(subject(), withTrace("/api/v2/traces/*", "tree"), accept);
      expect([v1.type, v2.type]).to.deep.equal([accept, accept]);
      const response = trace.root.lookupType("TraceByIDResponse");
      const inner = response.toObject(response.decode(v2.bytes)) as { trace: object };
      for (const spans of [trace.toObject(trace.decode(v1.bytes)).resourceSpans, (inner.trace as Json).resourceSpans]) {
        expect(countSpans(spans)).to.equal(5);
      }
    });

    it("unknown is 404 in v1, an empty trace in v2", async () => {
      const unknown = "fedcba98".repeat(4);
      const v1 = await get(subject(), `/api/traces/${unknown}`);
      expect([v1.status, v1.text]).to.deep.equal([404, ""]);
      const v2 = await get(subject(), `/api/v2/traces/${unknown}`);
      expect([v2.status, JSON.parse(v2.text)]).to.deep.equal([200, { trace: {}, metrics: {} }]);
    });

    it("with digits that are not hex is 400", async () => {
      const answer = await get(subject(), "/api/traces/zz");
      expect([answer.status, answer.text]).to.deep.equal([
        400,
        "trace IDs can only contain hex characters: invalid character 'z' at position 1",
      ]);
    });
  });

  describe("ingest", () => {
    it("cuts attribute values at 2,048 bytes", async () => {
      const spans = spansOf(await find('{ $S && name = "long" } | select(span.blob)'));
      const blob = spans[0]?.attributes?.find(({ key }) => key === "blob")?.value;
      expect(blob).to.deep.equal({ stringValue: `${"x".repeat(2047)}\ufffd` });
    });

    it("takes gzip, and protobuf", async function () {
      this.timeout(PATIENCE_MS);
      const own = new Fixture([{ label: "packed", spans: [{ label: "packed" }] }]);
      const { trace } = traceSchema();
      const body = gzipSync(trace.encode(trace.fromObject(withBinaryIds(own.request()))).finish());
      const response = await fetch(`${subject().otlpUrl}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf", "content-encoding": "gzip" },
        body,
      });
      expect([response.status, response.headers.get("content-type")]).to.deep.equal([200, "application/x-protobuf"]);
      await response.arrayBuffer();
      await until(async () => (await get(subject(), `/api/traces/${own.traceId("packed")}`)).status === 200);
    });

    it("keeps a span that is sent twice, and may show both copies until blocks are combined", async function () {
      this.timeout(PATIENCE_MS);
      const own = new Fixture([{ label: "twice", spans: [{ label: "one" }, { label: "two", parent: "one" }] }]);
      await push(subject(), own.request());
      await push(subject(), own.request());
      const path = `/api/traces/${own.traceId("twice")}`;
      await until(async () => (await get(subject(), path)).status === 200);
      const { batches } = JSON.parse((await get(subject(), path)).text) as { batches: unknown };
      expect(countSpans(batches)).to.be.within(2, 4);
    });

    it("refuses what is neither protobuf nor JSON with 415", async () => {
      const response = await fetch(`${subject().otlpUrl}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: "x",
      });
      await response.arrayBuffer();
      expect(response.status).to.equal(415);
    });

    it("refuses broken bodies with 400", async () => {
      for (const [type, body] of [
        ["application/json", "{"],
        ["application/x-protobuf", "\u000a\u00ff"],
      ] as const) {
        const response = await fetch(`${subject().otlpUrl}/v1/traces`, {
          method: "POST",
          headers: { "content-type": type },
          body,
        });
        await response.arrayBuffer();
        expect(response.status, type).to.equal(400);
      }
    });
  });

  describe("small paths", () => {
    it("/ready, /api/echo, /api/status/buildinfo, anything else", async () => {
      const [ready, echo, info, other] = await Promise.all(
        ["/ready", "/api/echo", "/api/status/buildinfo", "/nope"].map((path) => get(subject(), path)),
      );
      expect([ready?.status, ready?.text]).to.deep.equal([200, "ready\n"]);
      expect([echo?.status, echo?.text]).to.deep.equal([200, "echo\n"]);
      expect(JSON.parse(info?.text ?? "")).to.have.property("version");
      expect([other?.status, other?.text]).to.deep.equal([404, "404 page not found\n"]);
    });
  });

  if (twin) {
    describe("tempo-lite answers word for word like it", () => {
      const queries = [...FOUND.map(({ query }) => query), ...ANSWERS.map(({ query }) => query)];
      for (const query of new Set(queries)) {
        it(query, async () => {
          const params = { ...everything, q: fixture.query(query) };
          expect(normalized(await searchJson(twin(), params))).to.deep.equal(
            normalized(await searchJson(subject(), params)),
          );
        });
      }
      for (const { query } of REFUSED) {
        it(`refused: ${query}`, async () => {
          const path = searchPath({ q: query, ...fixture.window });
          expect((await get(twin(), path)).status).to.equal((await get(subject(), path)).status);
        });
      }
    });
  }

  if (twin) {
    const seed = Number(CONFORMANCE_SEED ?? Date.now() % 1_000_000);
    it(`tempo-lite answers ${RANDOM_QUERIES} random queries like it (CONFORMANCE_SEED=${seed})`, async function () {
      this.timeout(2 * PATIENCE_MS);
      const random = new RandomQueries(seed);
      const own = new Fixture(random.traces(12));
      await own.load(subject(), PATIENCE_MS);
      await own.load(twin(), 1000);
      for (let n = 0; n < RANDOM_QUERIES; n++) {
        const params = { limit: 1000, spss: 100, ...own.window, q: own.query(random.query()) };
        const mine = normalized(await searchJson(twin(), params));
        const theirs = async () => normalized(await searchJson(subject(), params));
        // While a Tempo moves spans from memory into a block, one answer may miss some of them; the next one does not.
        if (JSON.stringify(mine) === JSON.stringify(await theirs())) continue;
        await new Promise((resolve) => setTimeout(resolve, 3000));
        expect(mine, params.q).to.deep.equal(await theirs());
      }
    });
  }

  function labels(answer: SearchAnswer): string[] {
    return spansOf(answer)
      .map(({ spanID }) => fixture.labelOf(spanID))
      .sort();
  }
}

function spansOf(answer: SearchAnswer) {
  return answer.traces.flatMap((trace) => (trace.spanSets ?? []).flatMap(({ spans }) => spans));
}

function byStart(traces: readonly SearchTrace[]) {
  const start = (id: string) => BigInt(traces.find(({ traceID }) => traceID === id)?.startTimeUnixNano ?? 0);
  const place = (id: string) => traces.findIndex(({ traceID }) => traceID === id);
  return (a: string, b: string) => (start(a) > start(b) ? -1 : start(a) < start(b) ? 1 : place(a) - place(b));
}

type Batches = { scopeSpans: { spans: Json[] }[] }[];

function spanOfTrace(batches: unknown, spanId: string): Json | undefined {
  return (batches as Batches)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .find((span) => span.spanId === base64(spanId));
}

function countSpans(batches: unknown): number {
  return (batches as Batches).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)).length;
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

/** OTLP/JSON has ids in hex where protobuf's own JSON has base64. */
function withBinaryIds(request: Json): Record<string, unknown> {
  return JSON.parse(JSON.stringify(request), (key, value) =>
    /^(trace|span|parentSpan)Id$/.test(key) ? base64(value) : value,
  );
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 250));
}

/** `tempopb.SearchResponse`, for reading answers. */
function searchResponseType(): protobuf.Type {
  return protobuf
    .parse(
      `
    syntax = "proto3";
    message SearchResponse { repeated Trace traces = 1; SearchMetrics metrics = 2; }
    message Trace {
      string traceID = 1; string rootServiceName = 2; string rootTraceName = 3; uint64 startTimeUnixNano = 4;
      uint32 durationMs = 5; SpanSet spanSet = 6; repeated SpanSet spanSets = 7; map<string, ServiceStats> serviceStats = 8;
    }
    message ServiceStats { uint32 spanCount = 1; uint32 errorCount = 2; }
    message SpanSet { repeated Span spans = 1; uint32 matched = 2; repeated KeyValue attributes = 3; }
    message Span {
      string spanID = 1; string name = 2; uint64 startTimeUnixNano = 3; uint64 durationNanos = 4; repeated KeyValue attributes = 5;
    }
    message SearchMetrics { uint32 completedJobs = 4; uint32 totalJobs = 5; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue {
      oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; ArrayValue arrayValue = 5; }
    }
    message ArrayValue { repeated AnyValue values = 1; }
  `,
      { keepCase: true },
    )
    .root.lookupType("SearchResponse");
}
