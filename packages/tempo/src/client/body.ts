import { TempoError } from "./error.js";

/**
 * Reads a body to its end, so that the connection can be used again; past `maxBytes` it stops, drops the connection and
 * throws `too_large`. Never holds more than `maxBytes` and one chunk.
 */
export async function readBody(body: AsyncIterable<Buffer> & { destroy(): void }, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
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
    chunks.push(chunk);
  }
  const only = chunks[0];
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes);
}
