import { bytesField, prefix, textField, varintField } from "./protobuf.js";

/** Traces at an even pace over a range, each decided by the seed and its number alone: any part can be made again on its own. */
export interface SteadyTraces {
  readonly seed: number;
  /** Unix nanoseconds, a whole second. */
  readonly startNs: bigint;
  readonly seconds: number;
  readonly traces: number;
}

/** What a trace is, before it is written. */
export interface SteadyTrace {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly startNs: bigint;
  /** Start of its `data.access` and of its `db.query`. */
  readonly accessNs: bigint;
  readonly queryNs: bigint;
  /** Its `db.query` takes more than a second (2 %). */
  readonly slow: boolean;
  /** A slow query is followed by `retry` (9 of 10). */
  readonly retried: boolean;
  /** `data.classification` is "PII" (5 %) or "public". */
  readonly pii: boolean;
  /** Has `audit.log` (99 %). */
  readonly audited: boolean;
}

/** Every trace has as many. */
export const SPANS_PER_TRACE = 8;
/** Positions among them. */
const ACCESS = 2;
const QUERY = 5;

/** The trace of that number, 0 to `traces - 1`; later numbers start later. */
export function steadyTrace(corpus: SteadyTraces, index: number): SteadyTrace {
  const word = (salt: number): number => mix(corpus.seed, index, salt);
  const share = (salt: number): number => word(salt) / 2 ** 32;
  // The last ten seconds stay empty: no trace reaches past the end.
  const stepUs = ((corpus.seconds - 10) * 1e6) / corpus.traces;
  const slow = share(1) < 0.02;
  const startNs = corpus.startNs + BigInt(Math.floor((index + share(2)) * stepUs)) * 1_000n;
  return {
    // Never a leading zero: the ids of the bench's own searches need no padding.
    traceId: ((word(11) | 0x10000000) >>> 0).toString(16) + [12, 13, 14].map((salt) => hex8(word(salt))).join(""),
    startNs,
    accessNs: startNs + offsetNs(index, ACCESS),
    queryNs: startNs + offsetNs(index, QUERY),
    slow,
    retried: slow && share(3) < 0.9,
    pii: share(4) < 0.05,
    audited: share(5) < 0.99,
  };
}

/** Which spans of a service a trace has: name, kind, attributes and status are the same in all traces. */
interface Kind {
  readonly service: number;
  /** The span without its ids and times. */
  readonly constant: Buffer;
  readonly root: boolean;
}

const SERVICES = ["gateway", "user", "inventory", "payment"];

function kind(service: string, name: string, otlpKind: number, attributes: Record<string, string> = {}): Kind {
  const parts = [textField(5, name), varintField(6, otlpKind)];
  for (const [key, value] of Object.entries(attributes)) {
    parts.push(bytesField(9, Buffer.concat([textField(1, key), bytesField(2, textField(1, value))])));
  }
  return { service: SERVICES.indexOf(service), constant: Buffer.concat(parts), root: service === "gateway" };
}

const SERVER = 2;
const CLIENT = 3;
const INTERNAL = 1;
const KINDS = {
  root: kind("gateway", "GET /products", SERVER, { "http.request.method": "GET", "http.route": "/products" }),
  session: kind("user", "session.load", SERVER),
  pii: kind("user", "data.access", SERVER, { "data.classification": "PII" }),
  open: kind("user", "data.access", SERVER, { "data.classification": "public" }),
  audit: kind("user", "audit.log", INTERNAL),
  noAudit: kind("user", "audit.skip", INTERNAL),
  stock: kind("inventory", "stock.check", SERVER),
  query: kind("inventory", "db.query", CLIENT, {
    "db.system": "postgresql",
    "db.statement": "SELECT * FROM stock WHERE sku = $1",
  }),
  retry: kind("inventory", "retry", INTERNAL, { "retry.reason": "timeout" }),
  cache: kind("inventory", "cache.get", CLIENT),
  payment: kind("payment", "payment.process", SERVER, { "user.region": "eu-west-1" }),
};

const TRACE_ID_TAG = prefix(1, 16);
const SPAN_ID_TAG = prefix(2, 8);
const PARENT_TAG = prefix(4, 8);
const START_TAG = Buffer.from([7 * 8 + 1]);
const END_TAG = Buffer.from([8 * 8 + 1]);

/** One OTLP export request, protobuf, of the traces of these numbers; spans of one service stand together, as a collector's batches do. */
export function encodeSteadyTraces(corpus: SteadyTraces, indexes: readonly number[]): Buffer<ArrayBuffer> {
  const byService: Buffer[][] = SERVICES.map(() => []);
  for (const index of indexes) {
    const trace = steadyTrace(corpus, index);
    const traceId = Buffer.from(trace.traceId, "hex");
    const rootId = spanId(corpus.seed, index, 0);
    spansOf(trace).forEach((one, position) => {
      const lengthUs = one === KINDS.query && trace.slow ? slowUs(corpus.seed, index) : 400 + (index % 900);
      const startNs = trace.startNs + offsetNs(index, position);
      const endNs = one.root ? trace.startNs + 6_000_000_000n : startNs + BigInt(lengthUs) * 1_000n;
      const id = one.root ? rootId : spanId(corpus.seed, index, position);
      byService[one.service]?.push(encodeSpan(one, traceId, id, one.root ? undefined : rootId, startNs, endNs));
    });
  }
  return Buffer.concat(
    byService.map((spans, service) => {
      const scope = Buffer.concat([bytesField(1, textField(1, "betrace-bench")), ...spans]);
      const name = Buffer.concat([textField(1, "service.name"), bytesField(2, textField(1, SERVICES[service] ?? ""))]);
      return bytesField(1, Buffer.concat([bytesField(1, bytesField(1, name)), bytesField(2, scope)]));
    }),
  );
}

function spansOf(trace: SteadyTrace): readonly Kind[] {
  return [
    KINDS.root,
    KINDS.session,
    trace.pii ? KINDS.pii : KINDS.open,
    trace.audited ? KINDS.audit : KINDS.noAudit,
    KINDS.stock,
    KINDS.query,
    trace.retried ? KINDS.retry : KINDS.cache,
    KINDS.payment,
  ];
}

function encodeSpan(
  { constant }: Kind,
  traceId: Buffer,
  id: Buffer,
  parent: Buffer | undefined,
  startNs: bigint,
  endNs: bigint,
): Buffer {
  const times = Buffer.allocUnsafe(18);
  times[0] = START_TAG[0] ?? 0;
  times.writeBigUInt64LE(startNs, 1);
  times[9] = END_TAG[0] ?? 0;
  times.writeBigUInt64LE(endNs, 10);
  const ids = parent === undefined ? [] : [PARENT_TAG, parent];
  const length =
    TRACE_ID_TAG.length + 16 + SPAN_ID_TAG.length + 8 + (parent === undefined ? 0 : PARENT_TAG.length + 8) + 18;
  const spanPrefix = prefix(2, length + constant.length);
  return Buffer.concat([spanPrefix, TRACE_ID_TAG, traceId, SPAN_ID_TAG, id, ...ids, times, constant]);
}

/** Where the span of that position starts in its trace. */
function offsetNs(index: number, position: number): bigint {
  return position === 0 ? 0n : BigInt(50 + (position - 1) * (450 + (index % 900))) * 1_000n;
}

const slowUs = (seed: number, index: number): number => 1_050_000 + (mix(seed, index, 6) % 3_750_000);

function spanId(seed: number, index: number, position: number): Buffer {
  const id = Buffer.allocUnsafe(8);
  id.writeUInt32BE((mix(seed, index, 100 + position) | 0x10000000) >>> 0, 0);
  id.writeUInt32BE(mix(seed, index, 200 + position), 4);
  return id;
}

const hex8 = (word: number): string => word.toString(16).padStart(8, "0");

/** 32 well mixed bits of three numbers (the finalizer of MurmurHash3, Austin Appleby, public domain). */
function mix(seed: number, index: number, salt: number): number {
  let bits = Math.imul(seed ^ Math.imul(index, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca77), 0xc2b2ae3d) ^ index;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
