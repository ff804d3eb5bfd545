/**
 * A reader of the part of TraceQL that our filters use, after Tempo's `pkg/traceql/lexer.go` and `expr.y`: `&&` and `||` have
 * one precedence and associate to the left, names know two escapes, strings Go's.
 */
export type Traceql =
  | { readonly kind: "and" | "or"; readonly left: Traceql; readonly right: Traceql }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "comparison"; readonly field: TraceqlField; readonly operator: string; readonly right: Operand };

export type TraceqlField =
  | { readonly scope: "span" | "resource"; readonly key: string }
  | { readonly scope: "intrinsic"; readonly key: string };

export type Operand =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "duration"; readonly value: bigint }
  | { readonly type: "word"; readonly value: string }
  | { readonly type: "nil" };

const TOKEN =
  /\s*(?:(?<attribute>(?:span|resource)\.(?:"(?:[^"\\\0]|\\["\\])*"|[a-z.]+))|(?<text>"(?:[^"\\\n\0]|\\(?:["\\]|x[0-9a-f]{2}))*")|(?<duration>\d+ns)|(?<double>\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+))|(?<int>\d+)|(?<sign>&&|\|\||=~|!~|!=|<=|>=|[=<>()-])|(?<word>[A-Za-z]+))/suy;

/** Reads a filter; throws on anything that Tempo would refuse or that our filters do not use. */
export function parseTraceql(text: string): Traceql {
  const tokens: { type: string; text: string }[] = [];
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const found = Object.entries(match?.groups ?? {}).find(([, value]) => value !== undefined);
    if (found === undefined) throw new SyntaxError(`not TraceQL at ${at}: ${text.slice(at, at + 40)}`);
    tokens.push({ type: found[0], text: found[1] ?? "" });
  }
  let next = 0;
  const take = (expected?: string) => {
    const token = tokens[next++];
    if (token === undefined || (expected !== undefined && token.text !== expected)) {
      throw new SyntaxError(`expected ${expected ?? "more"}, found ${token?.text ?? "the end"}: ${text}`);
    }
    return token;
  };
  const expression = (): Traceql => {
    let left = operand();
    for (let sign = tokens[next]?.text; sign === "&&" || sign === "||"; sign = tokens[next]?.text) {
      take();
      left = { kind: sign === "&&" ? "and" : "or", left, right: operand() };
    }
    return left;
  };
  const operand = (): Traceql => {
    const token = take();
    if (token.text === "(") {
      const inner = expression();
      take(")");
      return inner;
    }
    if (token.text === "true") return { kind: "constant", value: true };
    return comparison(readField(token));
  };
  const comparison = (field: TraceqlField): Traceql => {
    const operator = take();
    if (operator.type !== "sign") throw new SyntaxError(`not an operator: ${operator.text}`);
    const negative = tokens[next]?.text === "-";
    if (negative) take();
    return { kind: "comparison", field, operator: operator.text, right: readOperand(take(), negative) };
  };
  const whole = expression();
  if (next < tokens.length) throw new SyntaxError(`text behind the filter: ${text}`);
  return whole;
}

function readField(token: { type: string; text: string }): TraceqlField {
  if (token.type === "word" && INTRINSICS.includes(token.text)) {
    return { scope: "intrinsic", key: token.text };
  }
  const [, scope, quoted, bare] = /^(span|resource)\.(?:"(.*)"|([a-z.]+))$/s.exec(token.text) ?? [];
  if (scope !== "span" && scope !== "resource") throw new SyntaxError(`not a field: ${token.text}`);
  return { scope, key: bare ?? (quoted ?? "").replace(/\\(.)/gs, "$1") };
}

const INTRINSICS = ["name", "duration", "status", "kind", "statusMessage"];
const WORDS = ["ok", "error", "unset", "unspecified", "internal", "server", "client", "producer", "consumer"];

function readOperand(token: { type: string; text: string }, negative: boolean): Operand {
  switch (token.type) {
    case "text":
      return {
        type: "string",
        value: token.text
          .slice(1, -1)
          .replace(/\\(?:x([0-9a-f]{2})|(.))/gs, (_, hex, sign) =>
            hex === undefined ? sign : String.fromCharCode(Number.parseInt(hex, 16)),
          ),
      };
    case "duration":
      return { type: "duration", value: int64(token.text.slice(0, -2), negative) };
    case "int":
      return { type: "int", value: int64(token.text, negative) };
    case "double":
      return { type: "double", value: negative ? -Number(token.text) : Number(token.text) };
    default:
      if (token.text === "nil") return { type: "nil" };
      if (token.text === "true" || token.text === "false") return { type: "boolean", value: token.text === "true" };
      if (WORDS.includes(token.text)) return { type: "word", value: token.text };
      throw new SyntaxError(`not a value: ${token.text}`);
  }
}

/** Go's Atoi reads the digits before the sign is applied. */
function int64(digits: string, negative: boolean): bigint {
  const value = BigInt(digits);
  if (value >= 2n ** 63n) throw new SyntaxError(`beyond 64 bits: ${digits}`);
  return negative ? -value : value;
}
