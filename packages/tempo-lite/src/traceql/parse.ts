import { MAX_QUERY_NESTING } from "../limits.js";
import type { Comparison, Expression, Field, Literal, Query, SpansetExpression, Stage } from "./ast.js";
import { checkComparison, checkExists, checkFieldComparison } from "./check.js";
import { fieldOf } from "./field.js";
import { type Token, tokenize } from "./tokens.js";
import { SUPPORTED, TraceqlError } from "./traceql-error.js";

const COMPARISONS: ReadonlySet<string> = new Set(["=", "!=", ">", ">=", "<", "<=", "=~", "!~"]);
const STATUSES: ReadonlySet<string> = new Set(["error", "ok", "unset"]);
const KINDS: ReadonlySet<string> = new Set(["unspecified", "internal", "server", "client", "producer", "consumer"]);
type Operand = { readonly field: Field } | { readonly literal: Literal } | "nil";

/** Reads a query of the subset. Throws {@link TraceqlError} for what is wrong and for what is not understood. */
export function parseQuery(text: string): Query {
  return new Parser(text).query();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  query(): Query {
    const stages: Stage[] = [{ kind: "spansets", spansets: this.#spansets() }];
    while (this.#take("|")) stages.push(this.#stage());
    if (this.#peek().text === "with") this.#hints();
    if (this.#peek().kind !== "end") throw this.#unexpected();
    return { stages };
  }

  #stage(): Stage {
    const token = this.#peek();
    if (token.text === "{" || token.text === "(") return { kind: "spansets", spansets: this.#spansets() };
    if (token.kind !== "word") throw this.#unexpected();
    this.#at++;
    if (token.text === "by" || token.text === "select") {
      this.#expect("(");
      const fields = [this.#field()];
      while (token.text === "select" && this.#take(",")) fields.push(this.#field());
      this.#expect(")");
      if (fields.some(({ text }) => text === "nestedSetParent")) {
        throw this.#refuse(token, `${token.text}(nestedSetParent) is not supported`);
      }
      const [field] = fields;
      return token.text === "by" && field !== undefined ? { kind: "by", field } : { kind: "select", fields };
    }
    if (token.text === "coalesce") {
      this.#expect("(");
      this.#expect(")");
      return { kind: "coalesce" };
    }
    if (token.text === "count") return this.#count();
    throw this.#refuse(token, `${token.text} is not supported`);
  }

  #count(): Stage {
    this.#expect("(");
    this.#expect(")");
    const operator = this.#next();
    if (!COMPARISONS.has(operator.text) || operator.text.includes("~")) throw this.#unexpected(operator);
    const negative = this.#take("-");
    const value = this.#next();
    if (value.kind !== "int") throw this.#refuse(value, `count() is compared with an integer, found ${value.text}`);
    return { kind: "count", operator: operator.text as Comparison, value: negative ? -value.value : value.value };
  }

  /** `with (most_recent=true)` asks for what every answer here is anyway. */
  #hints(): void {
    const start = this.#next();
    const words = [this.#next(), this.#next(), this.#next(), this.#next(), this.#next()].map((token) => token.text);
    if (words.join("") !== "(most_recent=true)") throw this.#refuse(start, "of all hints only with (most_recent=true)");
  }

  /** `&&` and `||` bind alike and to the left: so it is in Tempo's grammar. */
  #spansets(): SpansetExpression {
    let left = this.#spanset();
    while (true) {
      const operator = this.#peek();
      if (operator.text === "&&") left = this.#joined("and", left);
      else if (operator.text === "||") left = this.#joined("or", left);
      else if (operator.kind === "symbol" && !["|", ")", "}"].includes(operator.text) && operator.text !== "{") {
        throw this.#refuse(operator, `the structural operator ${operator.text} is not supported`);
      } else return left;
    }
  }

  #joined(kind: "and" | "or", left: SpansetExpression): SpansetExpression {
    this.#at++;
    return { kind, left, right: this.#spanset() };
  }

  #spanset(): SpansetExpression {
    if (this.#take("(")) {
      this.#enter();
      const inner = this.#spansets();
      if (this.#peek().text === "|") throw this.#refuse(this.#peek(), "a pipeline in parentheses is not supported");
      this.#expect(")");
      this.#depth--;
      return inner;
    }
    this.#expect("{");
    if (this.#take("}")) return { kind: "filter", expression: { kind: "constant", value: true } };
    const expression = this.#expression();
    this.#expect("}");
    return { kind: "filter", expression };
  }

  #expression(): Expression {
    let left = this.#term();
    while (this.#peek().text === "&&" || this.#peek().text === "||") {
      const operator = this.#next();
      const right = this.#term();
      if (operator.text === "||" && (isTrue(left) || isTrue(right))) {
        throw this.#refuse(
          operator,
          "true || ... is not supported: Tempo finds only what the other side finds; write { true }",
        );
      }
      left = { kind: operator.text === "&&" ? "and" : "or", left, right };
    }
    return left;
  }

  #term(): Expression {
    const start = this.#peek();
    if (this.#take("(")) {
      this.#enter();
      const inner = this.#expression();
      this.#expect(")");
      this.#depth--;
      return inner;
    }
    if (start.text === "!")
      throw this.#refuse(start, "!( ... ) is not supported: Tempo's answer to it is not reliable");
    const left = this.#operand();
    const operator = this.#peek();
    if (!COMPARISONS.has(operator.text)) return this.#alone(start, left);
    this.#at++;
    return this.#compared(start, left, operator, this.#operand());
  }

  #alone(start: Token, operand: Operand): Expression {
    const following = this.#peek();
    if (!["}", ")", "&&", "||"].includes(following.text)) throw this.#unexpected();
    if (operand !== "nil" && "literal" in operand && operand.literal.type === "bool") {
      return { kind: "constant", value: operand.literal.value };
    }
    if (operand !== "nil" && "field" in operand) {
      throw this.#refuse(start, `a bare ${operand.field.text} is not supported; write ${operand.field.text} = true`);
    }
    throw new TraceqlError(`span filter field expressions must resolve to a boolean: { ${start.text} }`);
  }

  #compared(start: Token, left: Operand, operator: Token, right: Operand): Expression {
    const sign = operator.text as Comparison;
    if (left === "nil" || "literal" in left) {
      throw this.#refuse(start, "the field must stand on the left: Tempo mixes up the two sides otherwise");
    }
    const { field } = left;
    if (right === "nil") {
      if (sign === "!=") return { kind: "exists", field };
      checkExists(field, sign);
      throw this.#refuse(
        operator,
        `${field.text} = nil is not supported: Tempo's answer to it is not reliable; != nil is`,
      );
    }
    if ("field" in right) {
      checkFieldComparison(field, sign, right.field);
      return { kind: "compare-fields", left: field, operator: sign, right: right.field };
    }
    checkComparison(field, sign, right.literal);
    return { kind: "compare", field, operator: sign, literal: right.literal };
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.text === "-" && token.kind === "symbol") {
      this.#at++;
      return { literal: this.#negated() };
    }
    const literal = literalOf(token);
    if (literal !== undefined) {
      this.#at++;
      this.#noArithmetic();
      return { literal };
    }
    if (token.kind === "word" && token.text === "nil") {
      this.#at++;
      return "nil";
    }
    const field = this.#field();
    if (field.text === "duration") this.#takeMinusZero();
    this.#noArithmetic();
    return { field };
  }

  /** `duration - 0ns`: how Tempo is made to compare span by span instead of by the statistics of pages. Changes no value. */
  #takeMinusZero(): void {
    const [minus, zero] = this.#tokens.slice(this.#at, this.#at + 2);
    if (minus?.text === "-" && minus.kind === "symbol" && zero?.kind === "duration" && zero.value === 0n) this.#at += 2;
  }

  #negated(): Literal {
    const token = this.#next();
    if (token.kind !== "int" && token.kind !== "float" && token.kind !== "duration") throw this.#unexpected(token);
    const text = `-${token.text}`;
    return token.kind === "float"
      ? { type: "float", value: -token.value, text }
      : { type: token.kind, value: -token.value, text };
  }

  #noArithmetic(): void {
    const token = this.#peek();
    if (token.kind === "symbol" && "+-*/%^".includes(token.text))
      throw this.#refuse(token, "arithmetic is not supported");
  }

  #field(): Field {
    const token = this.#next();
    if (token.kind !== "attribute" && token.kind !== "word") throw this.#unexpected(token);
    const found = fieldOf(token);
    if (typeof found === "string") throw this.#refuse(token, found);
    return found;
  }

  #enter(): void {
    this.#depth++;
    if (this.#depth > MAX_QUERY_NESTING) throw this.#refuse(this.#peek(), `nested deeper than ${MAX_QUERY_NESTING}`);
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", at: this.#text.length, text: "$end" };
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#at++;
    return token;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.#at++;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw this.#unexpected();
  }

  #unexpected(token = this.#peek()): TraceqlError {
    return TraceqlError.at(this.#text, token.at, `syntax error: unexpected ${token.text}; ${SUPPORTED}`);
  }

  #refuse(token: Token, why: string): TraceqlError {
    return TraceqlError.at(this.#text, token.at, `${why}; ${SUPPORTED}`);
  }
}

function isTrue(expression: Expression): boolean {
  if (expression.kind === "and") return isTrue(expression.left) && isTrue(expression.right);
  return expression.kind === "constant" && expression.value;
}

function literalOf(token: Token): Literal | undefined {
  switch (token.kind) {
    case "string":
      return { type: "string", value: token.value, text: `\`${token.value}\`` };
    case "int":
    case "duration":
      return { type: token.kind, value: token.value, text: token.text };
    case "float":
      return { type: "float", value: token.value, text: token.text };
    case "word":
      if (token.text === "true" || token.text === "false") {
        return { type: "bool", value: token.text === "true", text: token.text };
      }
      if (STATUSES.has(token.text)) return { type: "status", value: token.text, text: token.text };
      if (KINDS.has(token.text)) return { type: "kind", value: token.text, text: token.text };
      return undefined;
    default:
      return undefined;
  }
}
