/** How a text is written in YAML, as far as it matters for finding its characters again. */
export type ScalarStyle = "plain" | "single" | "double" | "block";

/**
 * Where each character of a YAML text stands in the source; one more entry for its end. Works for every style: what a value does not
 * have (indentation, quotes, the line breaks that folding took) is passed over.
 *
 * @param from Offset where the scalar begins in the source; for a block, of its first line of text.
 */
export function alignScalar(source: string, from: number, value: string, style: ScalarStyle): number[] {
  const places: number[] = [];
  let at = style === "single" || style === "double" ? from + 1 : from;
  for (const wanted of value.split("")) {
    for (;;) {
      const found = source[at];
      if (found === undefined || found === wanted) break;
      if (style === "double" && found === "\\") {
        if (!/[\r\n]/.test(source[at + 1] ?? "")) break;
        at += 1;
      } else if (/\s/.test(found) && !(wanted === " " && found === "\n")) at += 1;
      else break;
    }
    places.push(at);
    at += lengthAt(source, at, wanted, style);
  }
  places.push(at);
  return places;
}

/** How many characters of the source stand for this one. */
function lengthAt(source: string, at: number, wanted: string, style: ScalarStyle): number {
  if (style === "double" && source[at] === "\\") {
    return { x: 4, u: 6, U: 10 }[source[at + 1] ?? ""] ?? 2;
  }
  if (style === "single" && wanted === "'" && source[at + 1] === "'") return 2;
  return at < source.length ? 1 : 0;
}
