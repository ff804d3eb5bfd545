import { randomBytes } from "node:crypto";
import { type Subject, push, searchJson } from "./subject.js";

/** An OTLP/JSON value. */
export type Json = Readonly<Record<string, unknown>>;
export const text = (value: string): Json => ({ stringValue: value });
export const int = (value: number | string): Json => ({ intValue: String(value) });
export const double = (value: number): Json => ({ doubleValue: value });
export const bool = (value: boolean): Json => ({ boolValue: value });
export const array = (...values: readonly Json[]): Json => ({ arrayValue: { values } });

export interface FixtureSpan {
  /** Unique in the fixture; also the span's name unless it gives one. */
  readonly label: string;
  readonly name?: string;
  readonly parent?: string;
  /** Nanoseconds after the fixture's base. */
  readonly startNs?: bigint;
  readonly durationNs?: bigint;
  readonly kind?: number;
  readonly status?: Json;
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly more?: Json;
}

export interface FixtureTrace {
  readonly label: string;
  /** Leading zeros of the trace id. */
  readonly zeros?: number;
  readonly resource?: Readonly<Record<string, Json>>;
  readonly spans: readonly FixtureSpan[];
}

/** The same traces under ids, a service name and a time of their own, so that a server shared with others can hold them. */
export class Fixture {
  readonly service = `conformance-${randomBytes(5).toString("hex")}`;
  /** Unix seconds of offset zero: some day of the last two months. */
  readonly baseSeconds = Math.floor(Date.now() / 1000) - 5 * 86_400 - Math.floor(Math.random() * 55 * 86_400);
  readonly #traceIds = new Map<string, string>();
  readonly #spanIds = new Map<string, string>();
  readonly #labels = new Map<string, string>();

  constructor(readonly traces: readonly FixtureTrace[]) {
    for (const { label, zeros = 0, spans } of traces) {
      const digits = `1${randomBytes(16).toString("hex").slice(1)}`;
      this.#traceIds.set(label, `${"0".repeat(zeros)}${digits}`.slice(0, 32));
      for (const span of spans) {
        const id = `1${randomBytes(8).toString("hex").slice(1)}`;
        this.#spanIds.set(span.label, id);
        this.#labels.set(id, span.label);
      }
    }
  }

  traceId(label: string): string {
    return required(this.#traceIds, label);
  }

  spanId(label: string): string {
    return required(this.#spanIds, label);
  }

  /** The label of a span id of an answer. */
  labelOf(spanId: string): string {
    return this.#labels.get(spanId) ?? `unknown span ${spanId}`;
  }

  /** A window around all traces. */
  get window(): { start: number; end: number } {
    return { start: this.baseSeconds - 60, end: this.baseSeconds + 3600 };
  }

  /** `$S` stands for the service's filter, `$id(label)` for a trace id, `$span(label)` for a span id. */
  query(template: string): string {
    return template
      .replaceAll("$S", `resource.service.name = "${this.service}"`)
      .replaceAll(/\$id\((\w+)\)/g, (_, label: string) => this.traceId(label).replace(/^0+/, ""))
      .replaceAll(/\$span\((\w+)\)/g, (_, label: string) => this.spanId(label));
  }

  request(labels?: readonly string[]): Json {
    const traces = this.traces.filter(({ label }) => labels === undefined || labels.includes(label));
    return { resourceSpans: traces.map((trace) => this.#batch(trace)) };
  }

  /** Sends all traces and waits until a search shows every span. */
  async load(subject: Subject, patienceMs: number): Promise<void> {
    await push(subject, this.request());
    const wanted = this.traces.reduce((sum, { spans }) => sum + spans.length, 0);
    const giveUpAt = Date.now() + patienceMs;
    let seen = 0;
    while (Date.now() < giveUpAt) {
      const { traces } = await searchJson(subject, { q: this.query("{ $S }"), limit: 1000, ...this.window });
      seen = traces.reduce((sum, trace) => sum + (trace.spanSets?.[0]?.matched ?? 0), 0);
      if (seen === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`${subject.name} shows ${seen} of ${wanted} spans after ${patienceMs} ms`);
  }

  #batch(trace: FixtureTrace): Json {
    const resource = attributes({ "service.name": text(this.service), ...trace.resource });
    const spans = trace.spans.map((span) => this.#span(trace, span));
    return { resource: { attributes: resource }, scopeSpans: [{ scope: { name: "suite" }, spans }] };
  }

  #span(trace: FixtureTrace, span: FixtureSpan): Json {
    const startNs = BigInt(this.baseSeconds) * 1_000_000_000n + (span.startNs ?? 0n);
    return {
      traceId: this.traceId(trace.label),
      spanId: this.spanId(span.label),
      ...(span.parent && { parentSpanId: span.parent === "missing" ? "00000000000000ff" : this.spanId(span.parent) }),
      name: span.name ?? span.label,
      kind: span.kind ?? 0,
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + (span.durationNs ?? 1_000_000n)),
      ...(span.status && { status: span.status }),
      attributes: attributes(span.attributes ?? {}),
      ...span.more,
    };
  }
}

function attributes(values: Readonly<Record<string, Json>>): Json[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

function required(map: ReadonlyMap<string, string>, label: string): string {
  const value = map.get(label);
  if (value === undefined) throw new Error(`the fixture has nothing called ${label}`);
  return value;
}
