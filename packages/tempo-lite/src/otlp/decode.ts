import { END_OF_TIME_NS, startProblem } from "@betrace/otlp-json";
import protobuf from "protobufjs";
import { MAX_ATTRIBUTE_BYTES } from "../limits.js";
import type { Interner } from "../store/intern.js";
import {
  CompositeValue,
  type Scalar,
  type StoredAttributes,
  type StoredOrigin,
  type StoredSpan,
  type StoredValue,
} from "../store/model.js";
import { writeAttributes } from "./encode.js";
import { OtlpError } from "./otlp-error.js";

/** What a request holds that can be kept, and what cannot. */
export interface Received {
  readonly spans: readonly ReceivedSpan[];
  /** What is wrong with each of the others, with its place in the request. */
  readonly rejected: readonly string[];
}

export interface DecodeOptions {
  /** Attribute values are cut at this many bytes. Default {@link MAX_ATTRIBUTE_BYTES}. */
  readonly maxAttributeBytes?: number | undefined;
  /** Unix nanoseconds before which spans must start. Default 2262-04-11. */
  readonly startsBeforeNs?: bigint;
}

/** A span with the trace it belongs to. */
export interface ReceivedSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly span: StoredSpan;
}

/** Fields of `ResourceSpans`; the second is what OTLP 0.15 to 0.19 called it, on the wire the same message. */
const SCOPE_SPANS = 2;
const INSTRUMENTATION_LIBRARY_SPANS = 1000;
/** How many there are of `SpanKind` and of `StatusCode`. */
const [KINDS, STATUSES] = [6, 3];
const NO_BYTES = new Uint8Array(0);
const NO_ORIGIN: StoredOrigin = { attributes: { keys: [], values: [] }, encoded: NO_BYTES };

/**
 * Reads `ExportTraceServiceRequest` (opentelemetry-proto `collector/trace/v1`, field numbers of `trace/v1`, `common/v1`,
 * `resource/v1`) into spans ready to be stored. Reads the wire itself, so that strings are interned and what no search looks
 * at is kept as bytes. Span groups under their field before OTLP 1.0 are read too. Throws {@link OtlpError} for what is
 * no such message; a span that cannot be kept (no id, an unknown kind, a start that no replay could reach) is rejected
 * for itself.
 */
export function decodeExportRequest(body: Uint8Array, interner: Interner, options: DecodeOptions = {}): Received {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const decoder = new Decoder(buffer, interner, options);
  try {
    return decoder.request();
  } catch (error) {
    if (error instanceof OtlpError) throw error;
    throw new OtlpError(
      `expected an OTLP ExportTraceServiceRequest in protobuf, found something else near byte ${decoder.position}: ${(error as Error).message}`,
    );
  }
}

class Decoder {
  readonly #buffer: Buffer;
  readonly #reader: protobuf.Reader;
  readonly #interner: Interner;
  readonly #maxAttributeBytes: number;
  readonly #origins = new Map<string, StoredOrigin>();
  readonly #spans: ReceivedSpan[] = [];
  readonly #rejected: string[] = [];
  readonly #startsBeforeNs: bigint;
  /** Texts cut so far. */
  #cuts = 0;

  constructor(buffer: Buffer, interner: Interner, options: DecodeOptions) {
    this.#buffer = buffer;
    this.#reader = protobuf.Reader.create(buffer);
    this.#interner = interner;
    this.#maxAttributeBytes = options.maxAttributeBytes ?? MAX_ATTRIBUTE_BYTES;
    this.#startsBeforeNs = options.startsBeforeNs ?? END_OF_TIME_NS;
  }

  get position(): number {
    return this.#reader.pos;
  }

  request(): Received {
    let at = 0;
    this.#fields(this.#buffer.length, (field, wire) => {
      if (field !== 1 || wire !== 2) return false;
      this.#resourceSpans(this.#messageEnd(), `resourceSpans[${at++}]`);
      return true;
    });
    return { spans: this.#spans, rejected: this.#rejected };
  }

  #resourceSpans(end: number, place: string): void {
    // The resource may stand after the spans on the wire, so it is looked for first.
    const start = this.#reader.pos;
    let resource = NO_ORIGIN;
    this.#fields(end, (field, wire) => {
      if (field !== 1 || wire !== 2) return false;
      resource = this.#origin(this.#messageEnd(), "resource");
      return true;
    });
    const service = serviceOf(resource.attributes);
    this.#reader.pos = start;
    let at = 0;
    this.#fields(end, (field, wire) => {
      if ((field !== SCOPE_SPANS && field !== INSTRUMENTATION_LIBRARY_SPANS) || wire !== 2) return false;
      this.#scopeSpans(this.#messageEnd(), resource, service, `${place}.scopeSpans[${at++}]`);
      return true;
    });
  }

  #scopeSpans(end: number, resource: StoredOrigin, service: string, place: string): void {
    const start = this.#reader.pos;
    let scope = NO_ORIGIN;
    this.#fields(end, (field, wire) => {
      if (field !== 1 || wire !== 2) return false;
      scope = this.#origin(this.#messageEnd(), "scope");
      return true;
    });
    this.#reader.pos = start;
    let at = 0;
    this.#fields(end, (field, wire) => {
      if (field !== 2 || wire !== 2) return false;
      const received = this.#span(this.#messageEnd(), resource, scope, service);
      const problem = problemOf(received, this.#startsBeforeNs);
      if (problem === undefined) this.#spans.push(received);
      else this.#rejected.push(`${place}.spans[${at}].${problem}`);
      at++;
      return true;
    });
  }

  /** A resource keeps its attributes in field 1, a scope in field 3. */
  #origin(end: number, kind: "resource" | "scope"): StoredOrigin {
    const start = this.#reader.pos;
    const name = kind + this.#buffer.toString("latin1", start, end);
    const known = this.#origins.get(name);
    if (known !== undefined) {
      this.#reader.pos = end;
      return known;
    }
    const attributesField = kind === "resource" ? 1 : 3;
    const keys: string[] = [];
    const values: StoredValue[] = [];
    const cutsBefore = this.#cuts;
    this.#fields(end, (field, wire) => {
      if (field !== attributesField || wire !== 2) return false;
      this.#keyValue(this.#messageEnd(), keys, values);
      return true;
    });
    const attributes = this.#interner.attributes(keys, values);
    const encoded =
      this.#cuts === cutsBefore
        ? Uint8Array.prototype.slice.call(this.#buffer, start, end)
        : this.#withAttributes(start, end, attributesField, attributes);
    const origin = { attributes, encoded };
    this.#origins.set(name, origin);
    return origin;
  }

  /** The message between two bytes, its attributes as they were kept instead of as they came. */
  #withAttributes(start: number, end: number, attributesField: number, attributes: StoredAttributes): Uint8Array {
    const reader = this.#reader;
    const writer = protobuf.Writer.create();
    writeAttributes(writer, attributesField, attributes);
    const parts: Uint8Array[] = [writer.finish()];
    reader.pos = start;
    while (reader.pos < end) {
      const fieldStart = reader.pos;
      const tag = reader.uint32();
      reader.skipType(tag & 7);
      if (tag >>> 3 !== attributesField) parts.push(this.#buffer.subarray(fieldStart, reader.pos));
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  #span(end: number, resource: StoredOrigin, scope: StoredOrigin, service: string): ReceivedSpan {
    const reader = this.#reader;
    const keys: string[] = [];
    const values: StoredValue[] = [];
    const rest: Uint8Array[] = [];
    let traceId = "";
    let spanId = "";
    let parentSpanId = "";
    let name = "";
    let kind = 0;
    let startNs = 0n;
    let endNs = 0n;
    let statusCode = 0;
    let statusMessage = "";
    while (reader.pos < end) {
      const fieldStart = reader.pos;
      const tag = reader.uint32();
      switch (tag) {
        case 0x0a:
          traceId = this.#hex();
          break;
        case 0x12:
          spanId = this.#hex();
          break;
        case 0x22:
          parentSpanId = this.#hex();
          break;
        case 0x2a:
          name = this.#interner.string(reader.string());
          break;
        case 0x30:
          kind = reader.int32();
          break;
        case 0x39:
          startNs = this.#fixed64();
          break;
        case 0x41:
          endNs = this.#fixed64();
          break;
        case 0x4a:
          this.#keyValue(this.#messageEnd(), keys, values);
          break;
        case 0x7a:
          this.#fields(this.#messageEnd(), (field, wire) => {
            if (field === 2 && wire === 2) statusMessage = this.#interner.string(reader.string());
            else if (field === 3 && wire === 0) statusCode = reader.int32();
            else return false;
            return true;
          });
          break;
        default:
          reader.skipType(tag & 7);
          rest.push(this.#buffer.subarray(fieldStart, reader.pos));
      }
    }
    if (reader.pos !== end) throw new OtlpError(`a span runs past its own length near byte ${reader.pos}`);
    return {
      traceId,
      span: {
        spanId,
        parentSpanId: /^0+$/.test(parentSpanId) ? "" : parentSpanId,
        name,
        kind,
        startNs,
        endNs,
        statusCode,
        statusMessage,
        attributes: this.#interner.attributes(keys, values),
        resource,
        scope,
        service,
        rest: rest.length === 0 ? undefined : new Uint8Array(Buffer.concat(rest)),
      },
    };
  }

  #keyValue(end: number, keys: string[], values: StoredValue[]): void {
    let key = "";
    let value: StoredValue = new CompositeValue([], false, NO_BYTES);
    this.#fields(end, (field, wire) => {
      if (wire !== 2) return false;
      if (field === 1) key = this.#text(this.#maxAttributeBytes);
      else if (field === 2) value = this.#anyValue(this.#messageEnd(), this.#maxAttributeBytes);
      else return false;
      return true;
    });
    keys.push(key);
    values.push(value);
  }

  #anyValue(end: number, maxTextBytes: number): StoredValue {
    const reader = this.#reader;
    const start = reader.pos;
    let value: StoredValue | undefined;
    while (reader.pos < end) {
      const tag = reader.uint32();
      switch (tag) {
        case 0x0a:
          value = this.#text(maxTextBytes);
          break;
        case 0x10:
          value = reader.bool();
          break;
        case 0x18:
          value = toBigInt(reader.int64());
          break;
        case 0x21:
          value = reader.double();
          break;
        case 0x2a:
          value = this.#array(this.#messageEnd(), start, end);
          break;
        default:
          reader.skipType(tag & 7);
      }
    }
    return value ?? new CompositeValue([], false, Uint8Array.prototype.slice.call(this.#buffer, start, end));
  }

  #array(end: number, valueStart: number, valueEnd: number): CompositeValue {
    const elements: Scalar[] = [];
    let oneType = true;
    this.#fields(end, (field, wire) => {
      if (field !== 1 || wire !== 2) return false;
      const element = this.#anyValue(this.#messageEnd(), Number.POSITIVE_INFINITY);
      if (element instanceof CompositeValue) oneType = false;
      else if (elements.length > 0 && typeof elements[0] !== typeof element) oneType = false;
      else elements.push(element);
      return true;
    });
    const encoded = Uint8Array.prototype.slice.call(this.#buffer, valueStart, valueEnd);
    return new CompositeValue(oneType ? elements : [], oneType, encoded);
  }

  /** A string, cut after so many bytes; a character cut in two becomes U+FFFD, as readers of Tempo's broken bytes see it. */
  #text(maxBytes: number): string {
    const length = this.#reader.uint32();
    const start = this.#reader.pos;
    if (start + length > this.#buffer.length) throw new RangeError("a string runs past the end");
    this.#reader.pos = start + length;
    const end = start + Math.min(length, maxBytes);
    if (length > maxBytes) this.#cuts++;
    return this.#interner.string(this.#buffer.toString("utf8", start, end));
  }

  #hex(): string {
    const length = this.#reader.uint32();
    const start = this.#reader.pos;
    if (start + length > this.#buffer.length) throw new RangeError("an id runs past the end");
    this.#reader.pos = start + length;
    return this.#buffer.toString("hex", start, start + length);
  }

  #fixed64(): bigint {
    const low = this.#reader.fixed32();
    const high = this.#reader.fixed32();
    return (BigInt(high) << 32n) | BigInt(low);
  }

  #messageEnd(): number {
    const length = this.#reader.uint32();
    const end = this.#reader.pos + length;
    if (end > this.#buffer.length) throw new RangeError("a message runs past the end");
    return end;
  }

  /**
   * Walks the fields of a message; `take` reads a field it knows and says so, the rest is skipped. A field 0 there cannot be: it is what the
   * header before a gRPC message looks like.
   */
  #fields(end: number, take: (field: number, wire: number) => boolean): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag >>> 3 === 0) throw new RangeError("a field of number 0, as the header of a gRPC message has it");
      if (!take(tag >>> 3, tag & 7)) reader.skipType(tag & 7);
    }
    if (reader.pos !== end) throw new RangeError("a message runs past its own length");
  }
}

function toBigInt(value: unknown): bigint {
  if (typeof value === "number") return BigInt(value);
  const { low, high } = value as { low: number; high: number };
  return (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
}

/** Of several the last, as Tempo's own column for it has it. */
function serviceOf(attributes: StoredAttributes): string {
  const value = attributes.values[attributes.keys.lastIndexOf("service.name")];
  return typeof value === "string" ? value : "";
}

/** What is wrong with a span, with the field's name; undefined if it can be kept. */
function problemOf({ traceId, span }: ReceivedSpan, startsBeforeNs: bigint): string | undefined {
  if (!isId(traceId, 32)) return wrongId("traceId", "trace id", traceId, 16);
  if (!isId(span.spanId, 16)) return wrongId("spanId", "span id", span.spanId, 8);
  if (span.parentSpanId !== "" && !isId(span.parentSpanId, 16)) {
    return wrongId("parentSpanId", "span id", span.parentSpanId, 8);
  }
  if (!(span.kind >= 0 && span.kind < KINDS)) return `kind: expected a number from 0 to 5, found ${span.kind}`;
  if (!(span.statusCode >= 0 && span.statusCode < STATUSES)) {
    return `status.code: expected a number from 0 to 2, found ${span.statusCode}`;
  }
  const start = startProblem(span.startNs, startsBeforeNs);
  return start && `startTimeUnixNano: ${start}`;
}

const isId = (hex: string, digits: number): boolean => hex.length === digits && !/^0+$/.test(hex);

function wrongId(field: string, what: string, hex: string, bytes: number): string {
  const found = hex === "" ? "none" : /^0+$/.test(hex) ? "only zeros" : `${hex.length / 2}`;
  return `${field}: expected a ${what} of ${bytes} bytes that are not all zero, found ${found}`;
}
