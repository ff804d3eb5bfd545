import { TempoError } from "./error.js";

/** Takes a body as it comes from the socket, and makes of it what the caller wants. What it throws ends the request. */
export interface BodySink<T> {
  /** The chunk may be kept; it is not written to again. */
  push(chunk: Buffer): void;
  /** Called once, after the last chunk of a body that came in full. */
  end(): T;
}

/** Keeps a whole body and makes something of it at its end. */
export function wholeBody<T>(make: (body: Buffer) => T): BodySink<T> {
  const chunks: Buffer[] = [];
  return {
    push: (chunk) => chunks.push(chunk),
    end() {
      const only = chunks[0];
      return make(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    },
  };
}

/**
 * Reads a body to its end, so that the connection can be used again; past `maxBytes` it stops, drops the connection and
 * throws `too_large`.
 */
export async function readBody<T>(
  body: AsyncIterable<Buffer> & { destroy(): void },
  maxBytes: number,
  sink: BodySink<T>,
): Promise<{ readonly value: T; readonly bytes: number }> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      body.destroy();
      throw new TempoError(
        "too_large",
        `Tempo's answer is larger than ${maxBytes} bytes. Ask for a smaller time range.`,
        {
          retryable: false,
          what: "response",
        },
      );
    }
    sink.push(chunk);
  }
  return { value: sink.end(), bytes };
}
