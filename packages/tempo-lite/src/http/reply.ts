import type { IncomingMessage, ServerResponse } from "node:http";

export type Format = "json" | "protobuf";

/** Tempo's rule: protobuf where the Accept header mentions `application/protobuf`, JSON in every other case. */
export function acceptedFormat(request: IncomingMessage): Format {
  return request.headers.accept?.includes("application/protobuf") ? "protobuf" : "json";
}

/** Sends an answer with its length. */
export function reply(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  response.writeHead(
    status,
    body.length === 0 ? { "content-length": 0 } : { "content-type": type, "content-length": bytes.length },
  );
  response.end(bytes);
}

/** Plain text, as Tempo sends its errors. */
export function replyText(response: ServerResponse, status: number, text: string): void {
  reply(response, status, "text/plain; charset=utf-8", text);
}

/** JSON or protobuf, by what was asked for. */
export function replyFormat(
  response: ServerResponse,
  format: Format,
  json: () => string,
  protobuf: () => Uint8Array,
): void {
  if (format === "json") reply(response, 200, "application/json", json());
  else reply(response, 200, "application/protobuf", protobuf());
}
