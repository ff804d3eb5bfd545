import type { IncomingMessage, ServerResponse } from "node:http";
import protobuf from "protobufjs";
import { decodeExportRequest, type ReceivedSpan } from "../otlp/decode.js";
import { exportRequestFromJson } from "../otlp/json.js";
import { OtlpError } from "../otlp/otlp-error.js";
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

/** `POST /v1/traces`. All spans of a request are kept, or none and the answer says why (`google.rpc.Status`). */
export async function handleOtlp(
  request: IncomingMessage,
  response: ServerResponse,
  interner: Interner,
  { maxOtlpBodyBytes, maxAttributeBytes }: { readonly maxOtlpBodyBytes: number; readonly maxAttributeBytes: number },
  keep: Keep,
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
  try {
    const received = await readBody(request, maxOtlpBodyBytes);
    const body = type === JSON_TYPE ? exportRequestFromJson(received) : received;
    await keep(body, decodeExportRequest(body, interner, maxAttributeBytes));
  } catch (error) {
    if (error instanceof OtlpError) return replyStatus(response, 400, type, error.message);
    if (error instanceof RequestError) return replyStatus(response, error.status, type, error.message);
    throw error;
  }
  if (type === JSON_TYPE) reply(response, 200, JSON_TYPE, '{"partialSuccess":{}}');
  else {
    response.writeHead(200, { "content-type": PROTOBUF, "content-length": 0 });
    response.end();
  }
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
