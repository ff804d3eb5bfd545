import type { RuleContext } from "antlr4ts/RuleContext.js";
import { Token } from "antlr4ts/Token.js";
import type { TokenSource } from "antlr4ts/TokenSource.js";
import type { TokenStream } from "antlr4ts/TokenStream.js";

/** Tokens that are all there already, as the parser reads them. The last one is the end of the rule. */
export class TokenList implements TokenStream {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  readonly tokenSource: TokenSource;
  readonly sourceName = "rule";
  index = 0;

  constructor(tokens: readonly Token[], end: Token, source: TokenSource) {
    this.#tokens = tokens;
    this.#end = end;
    this.tokenSource = source;
  }

  get size(): number {
    return this.#tokens.length + 1;
  }

  get(at: number): Token {
    return this.#tokens[at] ?? this.#end;
  }

  /** The k-th token from here: 1 is the next one, -1 the last one consumed. */
  tryLT(k: number): Token | undefined {
    const at = k > 0 ? this.index + k - 1 : this.index + k;
    return at < 0 || k === 0 ? undefined : this.get(at);
  }

  LT(k: number): Token {
    return this.tryLT(k) ?? this.#end;
  }

  LA(k: number): number {
    return this.tryLT(k)?.type ?? Token.INVALID_TYPE;
  }

  consume(): void {
    if (this.index < this.#tokens.length) this.index += 1;
  }

  seek(index: number): void {
    this.index = index;
  }

  mark(): number {
    return 0;
  }

  release(): void {}

  // Only the parser's own messages ask for text, and nobody reads these.
  getText(_of?: RuleContext | object): string {
    return "";
  }

  getTextFromRange(): string {
    return "";
  }
}
