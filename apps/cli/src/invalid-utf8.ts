import { isUtf8 } from "node:buffer";

/** Offset of the first byte that is no UTF-8; undefined where all are. Surrogates and overlong forms are none. */
export function invalidUtf8At(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  let at = 0;
  let from = 0;
  // Decoding puts U+FFFD for what is wrong; where the bytes hold a real one, it is passed over.
  for (;;) {
    const next = text.indexOf("\uFFFD", from);
    if (next < 0) return undefined;
    at += Buffer.byteLength(text.slice(from, next));
    if (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd) return at;
    at += 3;
    from = next + 1;
  }
}
