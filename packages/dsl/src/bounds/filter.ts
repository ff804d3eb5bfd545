/**
 * A TraceQL boolean expression over one span, as data: what stands inside `{ }`. Built with {@link both}, {@link either} and
 * the term makers of `terms.ts`, so that it is always in simplest form; {@link renderFilter} writes it out.
 */
export type Filter =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | FilterTerm
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] };

/** One comparison. `literal` is the type of the right side as TraceQL sees it. */
export interface FilterTerm {
  readonly kind: "term";
  readonly left: string;
  readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=" | "=~" | "!~";
  readonly right: string;
  readonly literal: "string" | "int" | "double" | "boolean" | "word" | "duration" | "nil";
}

/** True of every span. */
export const EVERY_SPAN: Filter = { kind: "all" };

/** True of no span. */
export const NO_SPAN: Filter = { kind: "none" };

/** What {@link renderFilter} writes for {@link EVERY_SPAN}. */
export const EVERY_SPAN_TEXT = "true";

/** All of the parts. Nested conjunctions are flattened, repeated parts dropped, and alternatives of which one is a part: `a && (a || b)` is `a`. */
export function both(parts: readonly Filter[]): Filter {
  return join("and", parts, EVERY_SPAN, NO_SPAN);
}

/** At least one of the parts. Nested disjunctions are flattened, repeated parts dropped, and what is narrower than a part: `a || (a && b)` is `a`. */
export function either(parts: readonly Filter[]): Filter {
  return join("or", parts, NO_SPAN, EVERY_SPAN);
}

function join(kind: "and" | "or", parts: readonly Filter[], neutral: Filter, absorbing: Filter): Filter {
  const distinct = new Map<string, Filter>();
  for (const part of parts.flatMap((each) => (each.kind === kind ? each.parts : [each]))) {
    if (part.kind === absorbing.kind) return absorbing;
    if (part.kind !== neutral.kind) distinct.set(renderFilter(part), part);
  }
  const [first, ...others] = [...distinct.values()].filter((part) => !isAbsorbed(part, distinct));
  if (first === undefined) return neutral;
  return others.length === 0 ? first : { kind, parts: [first, ...others] };
}

/** Whether the part says nothing beside one of the others. It is of the other kind than what is joined: its own kind was flattened. */
function isAbsorbed(part: Filter, others: ReadonlyMap<string, Filter>): boolean {
  return (part.kind === "and" || part.kind === "or") && part.parts.some((operand) => others.has(renderFilter(operand)));
}

/**
 * The filter as TraceQL text. `&&` and `||` have one precedence in TraceQL (`pkg/traceql/expr.y`: `%left AND OR`), so mixed
 * ones always stand in parentheses. {@link NO_SPAN} becomes a comparison that no span satisfies; `{ false }` is not sent.
 */
export function renderFilter(filter: Filter): string {
  const known = texts.get(filter);
  if (known !== undefined) return known;
  const text = render(filter);
  texts.set(filter, text);
  return text;
}

/** A part's text is asked for at every level above it; in a deep rule that would cost the square of its length. */
const texts = new WeakMap<Filter, string>();

function render(filter: Filter): string {
  switch (filter.kind) {
    case "all":
      return EVERY_SPAN_TEXT;
    case "none":
      return 'name = "" && name != ""';
    case "term":
      return `${filter.left} ${filter.operator} ${filter.right}`;
    case "and":
      return filter.parts.map(renderOperand).join(" && ");
    case "or":
      return renderAlternatives(filter.parts);
  }
}

function renderOperand(filter: Filter): string {
  return filter.kind === "term" || filter.kind === "all" ? renderFilter(filter) : `(${renderFilter(filter)})`;
}

/**
 * Tempo 3 rewrites `span.k = "a" || span.k = "b"` (and `=~`) to a list operation that fails the whole query, with status
 * 500, as soon as one span holds an array in `k` of which two elements match (seen on 3.0.3, `ast_rewriter.go` and
 * `ast_execute.go`: "array operators must consist of a scalar and an array operand"). `&& true` keeps such terms apart.
 */
function renderAlternatives(parts: readonly Filter[]): string {
  const uses = new Map<string, number>();
  for (const part of parts) {
    if (part.kind === "term") uses.set(listKey(part), (uses.get(listKey(part)) ?? 0) + 1);
  }
  return parts
    .map((part) => {
      const guarded = part.kind === "term" && mayHoldArray(part) && (uses.get(listKey(part)) ?? 0) > 1;
      return guarded ? `(${renderFilter(part)} && true)` : renderOperand(part);
    })
    .join(" || ");
}

function listKey(term: FilterTerm): string {
  return `${term.operator} ${term.literal} ${term.left}`;
}

function mayHoldArray(term: FilterTerm): boolean {
  return (term.operator === "=" || term.operator === "=~") && /^(span|resource)\."/.test(term.left);
}
