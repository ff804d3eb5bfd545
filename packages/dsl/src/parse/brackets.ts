import type { Token } from "antlr4ts/Token.js";
import { BeTraceDSLLexer as T } from "./generated/BeTraceDSLLexer.js";

const CLOSER_OF: ReadonlyMap<number, number> = new Map([
  [T.LPAREN, T.RPAREN],
  [T.LBRACE, T.RBRACE],
  [T.LBRACKET, T.RBRACKET],
]);

/** Pairs brackets as the tokens come by, and knows how deep the tree will be: each open bracket, and each `not` in front. */
export class Brackets {
  readonly #open: { readonly token: Token; readonly nots: number }[] = [];
  readonly #stray = new Set<Token>();
  #notsOutside = 0;
  #nots = 0;

  /** Brackets that were never closed, outermost first. */
  get open(): readonly Token[] {
    return this.#open.map(({ token }) => token);
  }

  /** Closing brackets that close nothing. */
  get stray(): ReadonlySet<Token> {
    return this.#stray;
  }

  /** Takes the next token and says how deep it stands. */
  take(token: Token): number {
    switch (token.type) {
      case T.LPAREN:
      case T.LBRACE:
      case T.LBRACKET:
        this.#open.push({ token, nots: this.#nots });
        this.#notsOutside += this.#nots;
        this.#nots = 0;
        break;
      case T.RPAREN:
      case T.RBRACE:
      case T.RBRACKET:
        this.#close(token);
        break;
      case T.NOT:
        this.#nots += 1;
        break;
      case T.AND:
      case T.OR:
      case T.COMMA:
        this.#nots = 0;
        break;
      default:
    }
    return this.#open.length + this.#notsOutside + this.#nots;
  }

  #close(token: Token): void {
    const opener = this.#open.at(-1);
    if (opener === undefined || CLOSER_OF.get(opener.token.type) !== token.type) {
      this.#stray.add(token);
      return;
    }
    this.#open.pop();
    this.#nots = opener.nots;
    this.#notsOutside -= opener.nots;
  }
}
