import { foreignText } from "./foreign-format.js";

/** One JSON text of a stream, still as bytes. */
export interface JsonDocument {
  /** Where it begins, 1-based; the column counts bytes. */
  readonly line: number;
  readonly column: number;
  readonly bytes: Buffer;
}

/** What is wrong with a stream, and where. */
export class DocumentError extends Error {
  constructor(
    readonly line: number,
    readonly column: number,
    message: string,
  ) {
    super(message);
  }
}

/** The largest document that is read, bytes: less than the longest string of the engine. */
export const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

const [ZERO, TAB, NEWLINE, RETURN, SEPARATOR, SPACE, QUOTE, COMMA, BACKSLASH] = [0, 9, 10, 13, 30, 32, 34, 44, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Cuts a stream of bytes into its JSON documents, held one at a time: a document a line, documents over many lines one after the other,
 * or the elements of lists. Knows strings and brackets only; what is in a document is for its reader to judge. Cuts some 500 MB/s.
 */
export class DocumentCutter {
  #line = 1;
  /** Bytes before the present chunk, and before the present line. */
  #before = 0;
  #lineStart = 0;
  /** The document that is open: what closes its brackets, the innermost last, and its bytes from earlier chunks. */
  readonly #closers: number[] = [];
  #inString = false;
  #escaped = false;
  #parts: Buffer[] = [];
  #held = 0;
  #start = { line: 1, column: 1 };
  /** The list around the documents, and what may stand next in it. */
  #list: { readonly line: number; readonly column: number; next: "first" | "element" | "comma" } | undefined;
  #markAt = 0;

  /** The line that the stream has come to, 1-based. */
  get line(): number {
    return this.#line;
  }

  /** The documents that end in the next piece of the stream; a document's bytes may share the piece's memory. Throws {@link DocumentError}. */
  *push(chunk: Buffer): Generator<JsonDocument> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#closers.length === 0) at = this.#toDocument(chunk, at);
      if (at === chunk.length) break;
      const from = at;
      at = this.#toItsEnd(chunk, from);
      const part = chunk.subarray(from, at);
      this.#held += part.length;
      if (this.#held > MAX_DOCUMENT_BYTES) throw this.#tooLarge();
      if (this.#closers.length > 0) {
        this.#parts.push(part);
        break;
      }
      const bytes = this.#parts.length === 0 ? part : Buffer.concat([...this.#parts, part]);
      this.#parts = [];
      this.#held = 0;
      yield { ...this.#start, bytes };
    }
    this.#before += chunk.length;
  }

  /** Throws {@link DocumentError} where the stream ends within a document or a list. */
  end(): void {
    const open = this.#closers.length > 0 ? this.#start : this.#list;
    if (open === undefined) return;
    const what = this.#closers.length > 0 ? "the document" : "the list";
    throw new DocumentError(open.line, open.column, `${what} that begins here has no end: is the file cut off?`);
  }

  /** Passes over what stands between documents; returns where the next one begins, or the chunk's end. */
  #toDocument(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === NEWLINE) this.#newLine(at);
      else if (byte === SPACE || byte === TAB || byte === RETURN || byte === SEPARATOR || byte === ZERO) continue;
      else if (byte === BYTE_ORDER_MARK[this.#markAt]) this.#markAt = (this.#markAt + 1) % BYTE_ORDER_MARK.length;
      else if (byte === OPEN_OBJECT || (byte === OPEN_LIST && this.#list !== undefined)) {
        if (this.#list?.next === "comma") throw this.#unexpected(chunk, at, "a comma or the list's end");
        if (this.#list !== undefined) this.#list.next = "comma";
        this.#start = this.#placeOf(at);
        return at;
      } else if (byte === OPEN_LIST) this.#list = { ...this.#placeOf(at), next: "first" };
      else if (byte === COMMA && this.#list?.next === "comma") this.#list.next = "element";
      else if (byte === CLOSE_LIST && this.#list !== undefined && this.#list.next !== "element") this.#list = undefined;
      else {
        const rest = chunk.subarray(at, at + 4_096).toString("utf8");
        throw this.#unexpected(chunk, at, "a JSON object", foreignText(rest, this.#list !== undefined));
      }
    }
    return chunk.length;
  }

  /** Returns where the open document ends, or the chunk's end where it goes on. */
  #toItsEnd(chunk: Buffer, from: number): number {
    let inString = this.#inString;
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (byte === QUOTE) inString = false;
        else if (byte === BACKSLASH) at++;
        else if (byte === NEWLINE) throw this.#unexpected(chunk, at, "the end of a string before the line's end");
      } else if (byte === QUOTE) inString = true;
      else if (byte === NEWLINE) this.#newLine(at);
      else if (byte === OPEN_OBJECT) this.#closers.push(CLOSE_OBJECT);
      else if (byte === OPEN_LIST) this.#closers.push(CLOSE_LIST);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (this.#closers.pop() !== byte) throw this.#unexpected(chunk, at, "another bracket");
        if (this.#closers.length === 0) {
          this.#inString = false;
          return at + 1;
        }
      }
    }
    // A backslash at the very end speaks of a character that is still to come.
    this.#escaped = at > chunk.length;
    this.#inString = inString;
    return chunk.length;
  }

  #newLine(at: number): void {
    this.#line++;
    this.#lineStart = this.#before + at + 1;
  }

  #placeOf(at: number): { readonly line: number; readonly column: number } {
    return { line: this.#line, column: this.#before + at - this.#lineStart + 1 };
  }

  #unexpected(chunk: Buffer, at: number, expected: string, hint?: string): DocumentError {
    const { line, column } = this.#placeOf(at);
    const found = JSON.stringify(chunk.subarray(at, at + 40).toString("utf8"));
    return new DocumentError(line, column, `expected ${expected}, found ${found}${hint ? `; ${hint}` : ""}`);
  }

  #tooLarge(): DocumentError {
    const { line, column } = this.#start;
    const most = MAX_DOCUMENT_BYTES / 1_048_576;
    return new DocumentError(
      line,
      column,
      `the document that begins here is larger than ${most} MiB; write one request a line, or a list of requests`,
    );
  }
}
