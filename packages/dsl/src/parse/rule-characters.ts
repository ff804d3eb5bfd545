import { ANTLRInputStream } from "antlr4ts/ANTLRInputStream.js";

/** Stands for every character beyond ASCII that the grammar does not name; itself one of them. */
const STAND_IN = 0x80;
const ASCII_END = 0x80;

/** What the grammar names beyond ASCII: blanks, the two micro signs of `µs`, curly quotes. */
const NAMED: ReadonlySet<number> = new Set([0xa0, 0xfeff, 0xb5, 0x3bc, 0x201c, 0x201d, 0x201e]);

/**
 * A text as the lexer walks through it, in UTF-16 code units like our places (`CharStreams.fromString` counts code points,
 * and throws on half a surrogate pair). The lexer remembers a way for every character it ever met; to it, all those that
 * the grammar treats alike are one, so that strange texts neither slow it down nor fill its memory. Tokens keep their text.
 */
export class RuleCharacters extends ANTLRInputStream {
  override LA(offset: number): number {
    const at = this.p + offset - 1;
    if (offset < 1 || at >= this.n) return super.LA(offset);
    const ahead = this.data.charCodeAt(at);
    return ahead < ASCII_END || NAMED.has(ahead) ? ahead : STAND_IN;
  }
}
