import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { RequestError } from "../search/params.js";

const unzip = promisify(gunzip);

/**
 * Reads a request's body and unpacks gzip; other codings are refused with 400, as by the OpenTelemetry Collector's
 * receiver, and so is a body that is not packed as it says. 413 past `maxBytes`, packed or unpacked.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity" && encoding !== "") {
    throw new RequestError(
      400,
      `expected the Content-Encoding gzip or none, found ${JSON.stringify(encoding.slice(0, 60))}`,
    );
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  if (encoding !== "gzip") {
    // Neither JSON nor a protobuf request begins like this.
    if (body[0] === 0x1f && body[1] === 0x8b) {
      throw new RequestError(400, "the body is packed by gzip; say so with Content-Encoding: gzip");
    }
    return body;
  }
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    const why = (error as Error).message;
    throw new RequestError(400, `the body is not gzip, as its Content-Encoding says, or is cut off: ${why}`);
  }
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(413, `the body is larger than ${maxBytes} bytes; send fewer spans at once`);
}
