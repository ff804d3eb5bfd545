import {
  attribute,
  type OtlpAttribute,
  type OtlpResourceSpans,
  type OtlpSpan,
  SPAN_KIND,
  STATUS_ERROR,
} from "./otlp.js";
import { createRandom, type Random } from "./random.js";

/** Traces in the demo's day. */
export const SHOP_TRACES = 15_420;
/** Into the day: a release of the inventory service drops the retry of slow queries. */
const INCIDENT_BEGINS_MS = (14 * 3_600 + 23 * 60 + 17) * 1_000;
/** Into the day: the fix is rolled out. */
const INCIDENT_ENDS_MS = (17 * 3_600 + 41 * 60 + 5) * 1_000;
const DAY_MS = 24 * 3_600 * 1_000;
const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000n;

/** What was planted in the day, so that an answer can be held against it. */
export interface PlantedIncident {
  /** Traces with a query slower than a second and no retry. */
  readonly violations: number;
  /** Start of the first such query, Unix nanoseconds. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** A day of an online shop. */
export interface ShopDay {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly traces: number;
  readonly spans: number;
  readonly planted: PlantedIncident;
  /** Each a batch for one OTLP request. */
  readonly batches: readonly (readonly OtlpResourceSpans[])[];
}

interface Call {
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly lengthUs: number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly error?: string;
}

/**
 * A day of traces of a small shop (gateway, checkout, inventory, payment, user): mostly quick requests, some slow queries
 * that are retried, some failed payments. From 14:23:17 into the day until 17:41:05 slow queries are not retried any
 * more: that is the incident.
 *
 * The same seed and start give the same traces; ids differ between starts, so that two days can lie in one store.
 */
export function createShopDay(options: { readonly seed: number; readonly startNs: bigint }): ShopDay {
  const startSecond = Number(options.startNs / 1_000_000_000n);
  const random = createRandom(options.seed ^ startSecond);
  const arrivals = arrivalTimes(random);
  const batches: OtlpResourceSpans[][] = [];
  let batch: OtlpResourceSpans[] = [];
  let spans = 0;
  const planted: bigint[] = [];

  for (const [index, arrivalMs] of arrivals.entries()) {
    const incident = arrivalMs >= INCIDENT_BEGINS_MS && arrivalMs < INCIDENT_ENDS_MS;
    const firstOfIncident = incident && (arrivals[index - 1] ?? 0) < INCIDENT_BEGINS_MS;
    const slow = firstOfIncident || random.chance(incident ? 0.11 : 0.02);
    const retried = slow && !incident;
    const startNs = options.startNs + BigInt(Math.round(arrivalMs * 1_000)) * NS_PER_US;
    const trace = createTrace(random, startNs, slow, retried);
    if (slow && !retried) planted.push(trace.queryStartNs);
    spans += trace.spanCount;
    batch.push(...trace.resourceSpans);
    if (index % 400 === 399) {
      batches.push(batch);
      batch = [];
    }
  }
  if (batch.length > 0) batches.push(batch);

  planted.sort((a, b) => (a < b ? -1 : 1));
  const [firstNs] = planted;
  const lastNs = planted.at(-1);
  if (firstNs === undefined || lastNs === undefined) throw new Error("the day has no incident");
  return {
    startNs: options.startNs,
    endNs: options.startNs + BigInt(DAY_MS) * NS_PER_MS,
    traces: arrivals.length,
    spans,
    planted: { violations: planted.length, firstNs, lastNs },
    batches,
  };
}

/** More by day than by night; one request right at the incident's beginning, so that its first moment is known. */
function arrivalTimes(random: Random): number[] {
  const times = [INCIDENT_BEGINS_MS];
  // The last ten seconds stay empty: no trace reaches past the end of the day.
  const span = DAY_MS - 10_000;
  while (times.length < SHOP_TRACES) {
    const at = random.next() * span;
    const busy = 0.55 - 0.45 * Math.cos((2 * Math.PI * at) / DAY_MS);
    if (random.chance(busy)) times.push(at);
  }
  return times.sort((a, b) => a - b);
}

interface ShopTrace {
  readonly resourceSpans: OtlpResourceSpans[];
  readonly spanCount: number;
  readonly queryStartNs: bigint;
}

function createTrace(random: Random, startNs: bigint, slow: boolean, retried: boolean): ShopTrace {
  const traceId = random.hex(32);
  const rootId = random.hex(16);
  const checkout = random.chance(0.35);
  const route = checkout ? "POST /checkout" : random.pick(["GET /products", "GET /products/{id}", "GET /cart"]);
  const calls = checkout ? checkoutCalls(random) : browseCalls(random);
  const query: Call = {
    service: "inventory",
    name: "db.query",
    kind: SPAN_KIND.client,
    lengthUs: slow ? random.between(1_050_000, 4_800_000) : random.between(2_000, 180_000),
    attributes: [attribute("db.system", "postgresql"), attribute("db.statement", "SELECT * FROM stock WHERE sku = $1")],
  };
  const retry: Call = {
    service: "inventory",
    name: "retry",
    kind: SPAN_KIND.internal,
    lengthUs: random.between(3_000, 90_000),
    attributes: [attribute("retry.attempt", 2)],
  };

  let offsetUs = random.between(200, 2_000);
  const spans: { readonly service: string; readonly span: OtlpSpan }[] = [];
  let queryStartNs = startNs;
  for (const call of [...calls.slice(0, 2), query, ...(retried ? [retry] : []), ...calls.slice(2)]) {
    const callStartNs = startNs + BigInt(offsetUs) * NS_PER_US;
    if (call === query) queryStartNs = callStartNs;
    spans.push({
      service: call.service,
      span: {
        traceId,
        spanId: random.hex(16),
        parentSpanId: rootId,
        name: call.name,
        kind: call.kind,
        startTimeUnixNano: callStartNs.toString(),
        endTimeUnixNano: (callStartNs + BigInt(call.lengthUs) * NS_PER_US).toString(),
        attributes: call.attributes ?? [],
        ...(call.error === undefined ? {} : { status: { code: STATUS_ERROR, message: call.error } }),
      },
    });
    offsetUs += call.lengthUs + random.between(50, 900);
  }
  const failed = calls.some((call) => call.error !== undefined);
  spans.unshift({
    service: "gateway",
    span: {
      traceId,
      spanId: rootId,
      name: route,
      kind: SPAN_KIND.server,
      startTimeUnixNano: startNs.toString(),
      endTimeUnixNano: (startNs + BigInt(offsetUs) * NS_PER_US).toString(),
      attributes: [
        attribute("http.request.method", checkout ? "POST" : "GET"),
        attribute("http.response.status_code", failed ? 502 : 200),
      ],
      ...(failed ? { status: { code: STATUS_ERROR } } : {}),
    },
  });
  return { resourceSpans: byService(spans), spanCount: spans.length, queryStartNs };
}

function browseCalls(random: Random): Call[] {
  return [
    { service: "user", name: "session.load", kind: SPAN_KIND.server, lengthUs: random.between(300, 6_000) },
    { service: "inventory", name: "stock.check", kind: SPAN_KIND.server, lengthUs: random.between(500, 9_000) },
    { service: "inventory", name: "cache.get", kind: SPAN_KIND.client, lengthUs: random.between(80, 900) },
    { service: "recommendation", name: "recommend", kind: SPAN_KIND.server, lengthUs: random.between(2_000, 40_000) },
    { service: "ads", name: "ads.pick", kind: SPAN_KIND.server, lengthUs: random.between(600, 9_000) },
    { service: "gateway", name: "render", kind: SPAN_KIND.internal, lengthUs: random.between(900, 12_000) },
  ];
}

function checkoutCalls(random: Random): Call[] {
  const region = random.pick(["eu-west-1", "us-east-1", "ap-south-1"]);
  const failed = random.chance(0.015);
  return [
    { service: "user", name: "authz.check", kind: SPAN_KIND.server, lengthUs: random.between(300, 5_000) },
    {
      service: "user",
      name: "data.access",
      kind: SPAN_KIND.server,
      lengthUs: random.between(500, 8_000),
      attributes: [attribute("data.classification", "PII"), attribute("pii.accessed", true)],
    },
    { service: "user", name: "audit.log", kind: SPAN_KIND.internal, lengthUs: random.between(100, 1_500) },
    { service: "payment", name: "fraud.check", kind: SPAN_KIND.server, lengthUs: random.between(3_000, 60_000) },
    {
      service: "payment",
      name: "payment.process",
      kind: SPAN_KIND.server,
      lengthUs: random.between(20_000, 400_000),
      attributes: [attribute("user.region", region), attribute("amount", random.between(5, 2_400))],
      ...(failed ? { error: "card issuer did not answer" } : {}),
    },
    { service: "checkout", name: "order.place", kind: SPAN_KIND.server, lengthUs: random.between(4_000, 30_000) },
  ];
}

function byService(spans: readonly { readonly service: string; readonly span: OtlpSpan }[]): OtlpResourceSpans[] {
  const groups = new Map<string, OtlpSpan[]>();
  for (const { service, span } of spans) {
    const group = groups.get(service);
    if (group === undefined) groups.set(service, [span]);
    else group.push(span);
  }
  return [...groups].map(([service, group]) => ({
    resource: { attributes: [attribute("service.name", service)] },
    scopeSpans: [{ scope: { name: "betrace-demo" }, spans: group }],
  }));
}
