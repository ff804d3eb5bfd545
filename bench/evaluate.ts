import type { AttributeValue, Span, SpanKind, Trace } from "@betrace/contracts";
import { createShopDay, type OtlpAttribute, type OtlpSpan } from "@betrace/cli";
import { type CompiledRule, compileRule, parseRule } from "@betrace/dsl";
import { median, type Row, timeMs } from "./measure.js";

const ROUNDS = 7;
const QUICK_START = 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")';

/** Rules of the usual kinds; with three sets of names they make 45. */
const TEMPLATES: readonly ((name: (text: string) => string) => string)[] = [
  (n) =>
    `trace.has(span.name == "${n("db.query")}" and span.duration > 1s) and not trace.has(span.name == "${n("retry")}")`,
  (n) =>
    `trace.has(span.name == "${n("payment.process")}" and span.status == "error") and trace.has(span.attributes["user.region"] == "eu-west-1")`,
  (n) =>
    `trace.has(span.name == "${n("data.access")}") and not trace.has_before(span.name == "${n("authz.check")}", "${n("data.access")}")`,
  (n) =>
    `trace.has(span.attributes["data.classification"] == "PII") and not trace.has(span.name == "${n("audit.log")}")`,
  (n) => `count(span.name == "${n("retry")}") > 3`,
  (n) => `trace.has(span.attributes["pii.accessed"] == true) and not trace.has(span.name == "${n("audit.log")}")`,
  (n) =>
    `when { trace.has(span.name == "${n("payment.process")}" and span.attributes["amount"] > 1000) } always { trace.has(span.name == "${n("fraud.check")}") } never { trace.has(span.name == "${n("payment.process")}" and span.status == "error") }`,
  (n) => `trace.has(span.service == "${n("payment")}" and span.duration > 300ms)`,
  (n) => `trace.has(span.name matches "^${n("db")}\\\\..*") and not trace.has(span.name == "${n("cache.get")}")`,
  (n) => `trace.has(span.name starts_with "${n("POST")} " and span.attributes["http.response.status_code"] >= 500)`,
  (n) => `trace.has(span.kind == "client" and span.status == "error" and span.service == "${n("inventory")}")`,
  (n) =>
    `trace.has(span.name in ["${n("order.place")}", "${n("order.cancel")}"]) and not trace.has(span.name == "${n("fraud.check")}")`,
  (n) => `count(span.name == "${n("db.query")}") > 20`,
  (n) => `trace.has_after(span.status == "error", span.name == "${n("order.place")}")`,
  (n) => `trace.has(span.attributes["db.statement"] contains "${n("DELETE")}")`,
];

/** Spans evaluated a second and core, for one rule and for 45; the baseline is a loop that only reads each span's name. */
export function benchEvaluate(): Row[] {
  const traces = shopTraces();
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  const one = [compile(QUICK_START)];
  const many = ["", "eu.", "us."].flatMap((prefix) =>
    TEMPLATES.map((template) => compile(template((text) => prefix + text))),
  );

  const baselineMs: number[] = [];
  const oneMs: number[] = [];
  const manyMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    baselineMs.push(timeMs(() => readNames(traces)));
    oneMs.push(timeMs(() => evaluateAll(one, traces)));
    manyMs.push(timeMs(() => evaluateAll(many, traces)));
  }
  const perSecond = (ms: number): string => `${Math.round(spans / (ms / 1_000)).toLocaleString("en-US")} spans/s`;
  const baseline = median(baselineMs);
  return [
    { what: "read every span's name (baseline)", figure: perSecond(baseline), ratio: 1 },
    { what: "evaluate 1 rule", figure: perSecond(median(oneMs)), ratio: median(oneMs) / baseline },
    { what: `evaluate ${many.length} rules`, figure: perSecond(median(manyMs)), ratio: median(manyMs) / baseline },
  ];
}

function compile(text: string): CompiledRule {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
  return compileRule(parsed.rule);
}

function evaluateAll(rules: readonly CompiledRule[], traces: readonly Trace[]): number {
  let violations = 0;
  for (const trace of traces) for (const rule of rules) if (rule.evaluate(trace).violated) violations++;
  return violations;
}

function readNames(traces: readonly Trace[]): number {
  let matches = 0;
  for (const trace of traces) for (const span of trace.spans) if (span.name === "db.query") matches++;
  return matches;
}

function shopTraces(): Trace[] {
  const day = createShopDay({ seed: 1, startNs: 1_767_225_600_000_000_000n });
  const traces = new Map<string, Span[]>();
  for (const { resource, scopeSpans } of day.batches.flat()) {
    const attributes = toMap(resource.attributes);
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      const list = traces.get(span.traceId);
      const converted = toSpan(span, attributes);
      if (list === undefined) traces.set(span.traceId, [converted]);
      else list.push(converted);
    }
  }
  return [...traces].map(([traceId, spans]) => ({ traceId, spans, complete: true }));
}

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

function toSpan(span: OtlpSpan, resource: ReadonlyMap<string, AttributeValue>): Span {
  const startNs = BigInt(span.startTimeUnixNano);
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    service: String(resource.get("service.name")),
    kind: KINDS[span.kind] ?? "unspecified",
    status: span.status?.code === 2 ? "error" : "unset",
    statusMessage: span.status?.message ?? "",
    startNs,
    durationNs: BigInt(span.endTimeUnixNano) - startNs,
    attributes: toMap(span.attributes),
    resource,
  };
}

function toMap(attributes: readonly OtlpAttribute[]): Map<string, AttributeValue> {
  return new Map(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: OtlpAttribute["value"]): AttributeValue {
  if ("stringValue" in value) return value.stringValue;
  return "boolValue" in value ? value.boolValue : Number(value.intValue);
}
