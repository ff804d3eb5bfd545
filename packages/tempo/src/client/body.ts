import { LARGE_BODY_BYTES } from "../limits.js";
import { TempoError } from "./error.js";

/** Takes a body as it comes from the socket, and makes of it what the caller wants. What it throws ends the request. */
export interface BodySink<T> {
  /** The chunk may be kept; it is not written to again. */
  push(chunk: Buffer): void;
  /** Bytes that it keeps as they came. */
  readonly heldBytes: number;
  /** Called once, after the last chunk of a body that came in full. */
  end(): T;
  /** Called where nothing comes of the body: it was cut, or `push` or `end` threw. */
  drop?(): void;
}

/** Keeps a whole body and makes something of it at its end. */
export function wholeBody<T>(make: (body: Buffer) => T): BodySink<T> {
  let chunks: Buffer[] = [];
  let heldBytes = 0;
  return {
    get heldBytes() {
      return heldBytes;
    },
    push(chunk) {
      chunks.push(chunk);
      heldBytes += chunk.length;
    },
    end() {
      const only = chunks[0];
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      chunks = [];
      return make(body);
    },
  };
}

/** Waits until it is this body's turn to be held although it is large; what it returns lets the next one go on. */
export type TakeTurn = () => Promise<() => void>;

/**
 * Reads a body to its end, so that the connection can be used again; past `maxBytes` it stops, drops the connection and
 * throws `too_large`. If the sink holds much of it, nothing more is taken from the socket until `takeTurn` lets it go
 * on.
 */
export async function readBody<T>(
  body: AsyncIterable<Buffer> & { destroy(): void },
  maxBytes: number,
  sink: BodySink<T>,
  takeTurn: TakeTurn,
): Promise<{ readonly value: T; readonly bytes: number }> {
  let bytes = 0;
  let endTurn: (() => void) | undefined;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        body.destroy();
        throw new TempoError("too_large", `Tempo's answer is larger than ${maxBytes} bytes, the most that is read`, {
          retryable: false,
          what: "response",
        });
      }
      sink.push(chunk);
      if (sink.heldBytes > LARGE_BODY_BYTES) endTurn ??= await takeTurn();
    }
    return { value: sink.end(), bytes };
  } catch (error) {
    sink.drop?.();
    throw error;
  } finally {
    endTurn?.();
  }
}
