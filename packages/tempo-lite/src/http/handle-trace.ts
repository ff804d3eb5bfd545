import type { IncomingMessage, ServerResponse } from "node:http";
import protobuf from "protobufjs";
import { encodeWholeTrace, traceJson } from "../otlp/encode.js";
import { RequestError } from "../search/params.js";
import type { TraceStore } from "../store/trace-store.js";
import { writeBytes } from "../wire.js";
import { acceptedFormat, replyFormat, replyText } from "./reply.js";

/**
 * `GET /api/traces/{id}` and `GET /api/v2/traces/{id}`. An unknown trace is 404 in the first and an empty trace in the
 * second. `start` and `end` are not looked at: a trace is always whole here.
 */
export function handleTrace(
  request: IncomingMessage,
  response: ServerResponse,
  store: TraceStore,
  version: "v1" | "v2",
  id: string,
): void {
  const row = store.get(traceIdOf(id));
  if (row === undefined && version === "v1") {
    replyText(response, 404, "");
    return;
  }
  const encoded = row === undefined ? new Uint8Array(0) : encodeWholeTrace(row);
  const format = acceptedFormat(request);
  if (version === "v1") {
    replyFormat(
      response,
      format,
      () => JSON.stringify({ batches: traceJson(encoded).resourceSpans }),
      () => encoded,
    );
    return;
  }
  replyFormat(
    response,
    format,
    () => JSON.stringify({ trace: traceJson(encoded), metrics: {} }),
    () => {
      const writer = protobuf.Writer.create();
      writeBytes(writer, 1, encoded);
      writeBytes(writer, 2, new Uint8Array(0));
      return writer.finish();
    },
  );
}

/** Up to 32 hex digits, leading zeros optional. */
function traceIdOf(text: string): string {
  const wrong = /[^0-9a-fA-F]/.exec(text);
  if (wrong !== null) {
    throw new RequestError(
      400,
      `trace IDs can only contain hex characters: invalid character '${wrong[0]}' at position ${wrong.index + 1}`,
    );
  }
  if (text.length > 32) throw new RequestError(400, "trace IDs can't be larger than 128 bits");
  return text.toLowerCase().padStart(32, "0");
}
