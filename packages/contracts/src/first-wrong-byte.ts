/**
 * Of bytes that are not UTF-8, the offset of the first that is wrong. Surrogates, overlong forms and cut characters are
 * wrong.
 */
export function firstWrongByte(bytes: Uint8Array): number {
  const encoder = new TextEncoder();
  let at = 0;
  // Decoding puts U+FFFD for what is wrong; where the bytes hold a real one, it is passed over.
  for (const right of new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\uFFFD")) {
    at += encoder.encode(right).length;
    if (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd) break;
    at += 3;
  }
  return at;
}
