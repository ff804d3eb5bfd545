import type { IncomingMessage, ServerResponse } from "node:http";
import protobuf from "protobufjs";
import { type DecodeOptions, decodeExportRequest, type Received, type ReceivedSpan } from "../otlp/decode.js";
import { encodeReceived } from "../otlp/encode.js";
import { OtlpError } from "../otlp/otlp-error.js";
import { requestFromJson } from "../otlp/request-from-json.js";
import { RequestError } from "../search/params.js";
import type { Interner } from "../store/intern.js";
import { writeText } from "../wire.js";
import { readBody } from "./read-body.js";
import { reply } from "./reply.js";

const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";
/** `google.rpc.Code.INVALID_ARGUMENT`. */
const INVALID_ARGUMENT = 3;

/** What to do with a request that has been read and found good: `body` is the request in protobuf. */
export type Keep = (body: Uint8Array, spans: readonly ReceivedSpan[]) => Promise<void>;

export interface OtlpOptions {
  readonly interner: Interner;
  readonly keep: Keep;
  readonly maxOtlpBodyBytes: number;
  readonly maxAttributeBytes: number;
  /** Unix nanoseconds now. */
  readonly nowNs: () => bigint;
}

/**
 * `POST /v1/traces`. What can be kept of a request is kept and acknowledged, and the rest is counted in the answer's
 * `partialSuccess`. If nothing can, the answer says why (`google.rpc.Status`).
 */
export async function handleOtlp(
  request: IncomingMessage,
  response: ServerResponse,
  options: OtlpOptions,
): Promise<void> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== PROTOBUF && type !== JSON_TYPE) {
    request.resume();
    return replyStatus(
      response,
      415,
      JSON_TYPE,
      `expected Content-Type ${PROTOBUF} or ${JSON_TYPE}, found ${type === "" ? "none" : type}`,
    );
  }
  let rejected: readonly string[];
  try {
    checkCharset(request.headers["content-type"] ?? "");
    rejected = await take(await readBody(request, options.maxOtlpBodyBytes), type === JSON_TYPE, options);
  } catch (error) {
    if (error instanceof OtlpError) return replyStatus(response, 400, type, error.message);
    if (error instanceof RequestError) return replyStatus(response, error.status, type, error.message);
    throw error;
  }
  replyTaken(response, type, rejected);
}

/** JSON is UTF-8; of protobuf nobody says a charset. */
function checkCharset(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new RequestError(400, `expected the charset utf-8 or none, found ${JSON.stringify(charset.slice(0, 60))}`);
}

/** Keeps what can be kept, and says what is wrong with the rest. Throws {@link OtlpError} if nothing can. */
async function take(received: Uint8Array, isJson: boolean, options: OtlpOptions): Promise<readonly string[]> {
  // Replays are of the past only: a span from beyond would never be looked at, and nobody would know.
  const startsBeforeNs = options.nowNs() + MOST_AHEAD_NS;
  const { request, rejected: unread } = isJson
    ? requestFromJson(received, startsBeforeNs)
    : { request: received, rejected: [] };
  const decoding: DecodeOptions = { maxAttributeBytes: options.maxAttributeBytes, startsBeforeNs };
  const { spans, rejected: wrong } = decodeExportRequest(request, options.interner, decoding);
  const rejected = [...unread, ...wrong];
  if (rejected.length > 0 && spans.length === 0) throw new OtlpError(inWords(rejected));
  // What the folder keeps is what was acknowledged, whatever a later start would make of the rest.
  await options.keep(wrong.length === 0 ? request : encodeReceived(spans), spans);
  return rejected;
}

/** A clock may be ahead by so much. */
const MOST_AHEAD_NS = 86_400_000_000_000n;

function inWords(rejected: Received["rejected"]): string {
  const [first = "", ...others] = rejected;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

/** `ExportTraceServiceResponse`. */
function replyTaken(response: ServerResponse, type: string, rejected: readonly string[]): void {
  if (type === JSON_TYPE) {
    const partialSuccess =
      rejected.length === 0 ? {} : { rejectedSpans: String(rejected.length), errorMessage: inWords(rejected) };
    reply(response, 200, JSON_TYPE, JSON.stringify({ partialSuccess }));
    return;
  }
  const writer = protobuf.Writer.create();
  if (rejected.length > 0) {
    writer.uint32(0x0a).fork();
    writer.uint32(0x08).int64(rejected.length);
    writeText(writer, 2, inWords(rejected));
    writer.ldelim();
  }
  const bytes = writer.finish();
  response.writeHead(200, { "content-type": PROTOBUF, "content-length": bytes.length });
  response.end(bytes);
}

function replyStatus(response: ServerResponse, status: number, type: string, message: string): void {
  if (type === JSON_TYPE) {
    reply(response, status, JSON_TYPE, JSON.stringify({ code: INVALID_ARGUMENT, message }));
    return;
  }
  const writer = protobuf.Writer.create().uint32(0x08).int32(INVALID_ARGUMENT);
  writeText(writer, 2, message);
  reply(response, status, PROTOBUF, writer.finish());
}
