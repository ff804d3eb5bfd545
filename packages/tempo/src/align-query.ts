/** Tempo reads a query through a buffer of this many bytes (Go's text/scanner, `bufLen`). */
const BUFFER_BYTES = 1024;

/** The look-ahead behind a scope reads at most 11 characters of a name (`longestScope`); one more is read ahead. */
const LOOK_AHEAD = 13;

/**
 * The same query with blanks put in so that Tempo reads all of it. Its lexer looks ahead with a copy of its scanner behind a
 * scope (`span.`) and behind a number; where that look-ahead crosses the end of a buffer, the next 1,024 bytes are lost: the query is
 * refused, or another one is answered (2.10.8 and 3.0.3, `tryScopeAttribute` and `tryScanDuration` in `pkg/traceql/lexer.go`). So no
 * attribute and no number may stand across such an end. To be done last, on the whole query.
 */
export function alignQuery(query: string): string {
  if (Buffer.byteLength(query) < BUFFER_BYTES) return query;
  const reader = new BufferEnds();
  let aligned = "";
  for (const [piece] of query.matchAll(PIECES)) {
    if (FRAGILE.test(piece)) {
      // A character has at most four bytes.
      const padding = " ".repeat(reader.blanksBefore(lookedAt(piece) + LOOK_AHEAD * 4));
      aligned += padding;
      reader.read(padding);
    }
    aligned += piece;
    reader.read(piece);
  }
  return aligned;
}

/** Strings, attributes with their scope, numbers with their unit, and everything else a character at a time. */
const PIECES =
  /"(?:[^"\\]|\\.)*"|`[^`]*`|(?:parent\.)?(?:(?:span|resource|event|link|instrumentation|parent)\.|\.(?=[A-Za-z_"]))(?:"(?:[^"\\]|\\.)*"|[^\s{}()=~!<>&|^,"])*|\d[\w.µ]*(?:(?<=[eE])[+-]\d+)?|[A-Za-z_][\w:]*|\s+|./gsu;
const FRAGILE = /^(?:(?:span|resource|event|link|instrumentation|parent)?\.|\d)/;

/** How much of the piece is read by a look-ahead: of an attribute its scope and the beginning of its name, of a number all. */
function lookedAt(piece: string): number {
  return /^\d/.test(piece) ? piece.length : piece.indexOf(".") + 1;
}

/** Follows the reader's buffers: each ends 1,024 bytes after the last, less the bytes of a character that was cut in two. */
class BufferEnds {
  #at = 0;
  #end = BUFFER_BYTES;

  read(text: string): void {
    for (const character of text) {
      const width = Buffer.byteLength(character);
      if (this.#at + width > this.#end) this.#end += BUFFER_BYTES - (this.#end - this.#at);
      this.#at += width;
      if (this.#at === this.#end) this.#end += BUFFER_BYTES;
    }
  }

  /** The blanks that push what comes next behind the end of the buffer, if it would cross it. */
  blanksBefore(bytes: number): number {
    return this.#at + bytes > this.#end ? this.#end - this.#at + 1 : 0;
  }
}
