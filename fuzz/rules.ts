import type { AttributeScalar, SpanField, Trace, TraceField } from "@betrace/contracts";
import {
  type CompiledRule,
  type Comparison,
  type CountBound,
  compileRule,
  type Literal,
  type Predicate,
  parseRule,
  printRule,
  type Rule,
  type RuleBody,
  type Test,
  type TextOperator,
  type TraceExpression,
} from "@betrace/dsl";
import { type Random, randomFrom } from "./random.js";
import { KEYS, MESSAGES, NAMES, PATTERNS, RESOURCE_KEYS, SERVICES, TEXTS } from "./vocabulary.js";

/** What a random rule is made for: so that its predicates meet spans of the corpus. */
export interface Corpus {
  readonly traces: readonly Trace[];
}

const COMPARISONS: readonly Comparison[] = ["==", "!=", "<", "<=", ">", ">="];
const EQUALITIES: readonly Comparison[] = ["==", "==", "!="];
const TEXT_OPERATORS: readonly TextOperator[] = ["contains", "starts_with", "ends_with"];

/** How often a rule is drawn anew because it holds for nearly no or nearly all traces. */
const DRAWS = 12;
const SAMPLE = 100;
const LEAST_SHARE = 0.05;
const MOST_SHARE = 0.6;

/**
 * The rule number `index` of a seed: any rule of the grammar, of which most are violated by some traces of the corpus and not
 * by others. Goes through the text, as a person's rule does.
 */
export function anyRule(
  seed: number,
  index: number,
  corpus: Corpus,
): { readonly dsl: string; readonly compiled: CompiledRule } {
  const random = randomFrom(`rule ${seed} ${index}`);
  const sample = Array.from({ length: SAMPLE }, () => random.pick(corpus.traces));
  const anything = random.chance(0.1);
  for (let draw = 0; ; draw++) {
    const dsl = printRule(new RuleMaker(random, corpus).rule());
    const parsed = parseRule(dsl);
    if (!parsed.ok) throw new Error(`the checker refuses its own printer's ${dsl}: ${JSON.stringify(parsed.errors)}`);
    const compiled = compileRule(parsed.rule);
    const share = sample.filter((trace) => compiled.evaluate(trace).violated).length / SAMPLE;
    if (anything || draw >= DRAWS || (share >= LEAST_SHARE && share <= MOST_SHARE)) return { dsl, compiled };
  }
}

class RuleMaker {
  readonly #random: Random;
  readonly #corpus: Corpus;

  constructor(random: Random, corpus: Corpus) {
    this.#random = random;
    this.#corpus = corpus;
  }

  rule(): Rule {
    const random = this.#random;
    const annotations = random.chance(0.1) ? [{ framework: "SOC2", controls: ["CC6.1"] }] : [];
    const body = random.weighted<RuleBody>([
      [3, () => ({ kind: "expression", violation: this.#expression(random.int(0, 2)) })],
      [2, () => this.#invariant()],
    ]);
    return { annotations, body };
  }

  #invariant(): RuleBody {
    const random = this.#random;
    const which = random.pick(["always", "never", "both"] as const);
    return {
      kind: "invariant",
      when: this.#expression(random.int(0, 1)),
      always: which === "never" ? undefined : this.#expression(random.int(0, 1)),
      never: which === "always" ? undefined : this.#expression(random.int(0, 1)),
    };
  }

  #expression(depth: number): TraceExpression {
    const random = this.#random;
    if (depth === 0) return this.#traceLeaf();
    return random.weighted<TraceExpression>([
      [1, () => this.#traceLeaf()],
      [1, () => ({ kind: "not", operand: this.#expression(depth - 1) })],
      [4, () => this.#joined<TraceExpression>(() => this.#expression(depth - 1))],
    ]);
  }

  #joined<Node extends { readonly kind: string }>(make: () => Node): { kind: "and" | "or"; operands: readonly Node[] } {
    const kind = this.#random.pick(["and", "and", "or"] as const);
    const operands = Array.from({ length: this.#random.int(2, 3) }, make);
    // The parser gives `a and b and c` three operands; so do we.
    return {
      kind,
      operands: operands.flatMap((each) =>
        each.kind === kind && "operands" in each ? (each.operands as readonly Node[]) : [each],
      ),
    };
  }

  #traceLeaf(): TraceExpression {
    const random = this.#random;
    const predicate = () =>
      this.#predicate(
        random.weighted([
          [4, () => 0],
          [3, () => 1],
          [1, () => 2],
        ]),
      );
    return random.weighted<TraceExpression>([
      [9, () => ({ kind: "has", predicate: predicate() })],
      [
        3,
        () => ({
          kind: "count",
          predicate: predicate(),
          operator: random.pick(COMPARISONS),
          right: this.#bound(predicate),
        }),
      ],
      [3, () => ({ kind: random.pick(["before", "after"] as const), subject: predicate(), reference: predicate() })],
      [1.2, () => ({ kind: "fact", test: this.#fact() })],
      [0.1, () => ({ kind: "constant", value: random.chance(0.5) })],
    ]);
  }

  #bound(predicate: () => Predicate): CountBound {
    const random = this.#random;
    if (random.chance(0.3)) return { kind: "count", predicate: predicate() };
    return {
      kind: "integer",
      value: BigInt(
        random.weighted([
          [6, () => random.int(0, 3)],
          [1, () => random.int(4, 20)],
        ]),
      ),
    };
  }

  #fact(): Test<TraceField> {
    const random = this.#random;
    const { spans } = random.pick(this.#corpus.traces);
    const span = random.pick(spans);
    return random.weighted<Test<TraceField>>([
      [
        2,
        () => this.#compare<TraceField>("duration", COMPARISONS, { kind: "duration", ns: this.#near(span.durationNs) }),
      ],
      [2, () => this.#compare<TraceField>("span_count", COMPARISONS, { kind: "integer", value: BigInt(spans.length) })],
      [
        2,
        () =>
          this.#compare<TraceField>("service_count", COMPARISONS, { kind: "integer", value: BigInt(random.int(0, 4)) }),
      ],
      [2, () => this.#textTest<TraceField>("root.name", span.name, NAMES)],
      [2, () => this.#textTest<TraceField>("root.service", span.service ?? "", SERVICES)],
    ]);
  }

  #predicate(depth: number): Predicate {
    const random = this.#random;
    if (depth === 0) return this.#leaf();
    return random.weighted<Predicate>([
      [1, () => this.#leaf()],
      [1, () => ({ kind: "not", operand: this.#predicate(depth - 1) })],
      [4, () => this.#joined<Predicate>(() => this.#predicate(depth - 1))],
    ]);
  }

  #leaf(): Predicate {
    const random = this.#random;
    return random.weighted<Predicate>([
      [14, () => ({ kind: "test", test: this.#spanTest() })],
      [2, () => ({ kind: "exists", field: this.#attribute().field })],
      [1.5, () => this.#fieldComparison()],
      [0.2, () => ({ kind: "constant", value: random.chance(0.5) })],
    ]);
  }

  #fieldComparison(): Predicate {
    const random = this.#random;
    const texts: readonly SpanField[] = [{ kind: "name" }, { kind: "service" }, { kind: "status_message" }];
    const side = () => (random.chance(0.15) ? random.pick(texts) : this.#attribute().field);
    const [left, right] = [side(), side()];
    const ordered =
      left.kind !== "attribute" && left.kind !== "resource"
        ? false
        : right.kind === "attribute" || right.kind === "resource";
    return { kind: "compare_fields", left, operator: random.pick(ordered ? COMPARISONS : EQUALITIES), right };
  }

  #spanTest(): Test<SpanField> {
    const random = this.#random;
    const span = random.pick(random.pick(this.#corpus.traces).spans);
    return random.weighted<Test<SpanField>>([
      [6, () => this.#attributeTest()],
      [3, () => this.#textTest<SpanField>({ kind: "name" }, span.name, NAMES)],
      [1.5, () => this.#textTest<SpanField>({ kind: "service" }, span.service ?? "", SERVICES)],
      [1, () => this.#textTest<SpanField>({ kind: "status_message" }, span.statusMessage, MESSAGES)],
      [
        2,
        () =>
          this.#compare<SpanField>({ kind: "duration" }, COMPARISONS, {
            kind: "duration",
            ns: this.#near(span.durationNs),
          }),
      ],
      [1.2, () => this.#word({ kind: "status" }, ["ok", "error", "unset", "ERROR"])],
      [
        1.2,
        () => this.#word({ kind: "kind" }, ["server", "client", "internal", "producer", "consumer", "unspecified"]),
      ],
    ]);
  }

  #word(field: SpanField, words: readonly string[]): Test<SpanField> {
    const word = (): Literal => ({ kind: "string", value: this.#random.pick(words) });
    if (this.#random.chance(0.3)) return { kind: "in", field, values: [word(), word()] };
    return this.#compare(field, EQUALITIES, word());
  }

  #attributeTest(): Test<SpanField> {
    const random = this.#random;
    const { field, value } = this.#attribute();
    return random.weighted<Test<SpanField>>([
      [
        2,
        () =>
          typeof value === "string"
            ? this.#textTest(field, value, TEXTS)
            : this.#compare(field, COMPARISONS, literalOf(value)),
      ],
      [1, () => this.#compare(field, typeof value === "string" ? EQUALITIES : COMPARISONS, literalOf(value))],
      [0.5, () => this.#textTest(field, random.pick(TEXTS), TEXTS)],
      [
        0.5,
        () => ({
          kind: "in",
          field,
          values: [literalOf(value), literalOf(random.pick(TEXTS)), literalOf(random.int(-1, 5))],
        }),
      ],
      [0.1, () => this.#compare(field, COMPARISONS, { kind: "duration", ns: 1n })],
    ]);
  }

  /** An attribute that some span has, with a value of it; sometimes one that none has. */
  #attribute(): { readonly field: SpanField; readonly value: AttributeScalar } {
    const random = this.#random;
    const kind = random.pick(["attribute", "attribute", "attribute", "resource"] as const);
    for (let tries = 0; tries < 5; tries++) {
      const span = random.pick(random.pick(this.#corpus.traces).spans);
      const entries = [...(kind === "attribute" ? span.attributes : span.resource)];
      if (entries.length === 0) continue;
      const [key, value] = random.pick(entries);
      const scalar = typeof value === "object" && value !== null ? random.pick(value) : value;
      return { field: { kind, key }, value: scalar };
    }
    return {
      field: { kind, key: random.pick(kind === "attribute" ? KEYS : RESOURCE_KEYS) },
      value: random.pick(TEXTS),
    };
  }

  #compare<Field>(field: Field, operators: readonly Comparison[], value: Literal): Test<Field> {
    const fits = value.kind === "string" || value.kind === "boolean" ? EQUALITIES : operators;
    return { kind: "compare", field, operator: this.#random.pick(fits), value };
  }

  #textTest<Field>(field: Field, text: string, others: readonly string[]): Test<Field> {
    const random = this.#random;
    const literal = (value: string): Literal => ({ kind: "string", value });
    return random.weighted<Test<Field>>([
      [4, () => this.#compare(field, EQUALITIES, literal(text))],
      [
        1,
        () => ({
          kind: "in",
          field,
          values: [text, ...Array.from({ length: random.int(0, 3) }, () => random.pick(others))].map(literal),
        }),
      ],
      [2, () => ({ kind: "text", field, operator: random.pick(TEXT_OPERATORS), value: this.#part(text) })],
      [
        1.5,
        () => ({
          kind: "matches",
          field,
          pattern: random.chance(0.3) ? quoted(this.#part(text)) : random.pick(PATTERNS),
        }),
      ],
    ]);
  }

  /** Some of a text, cut between characters. */
  #part(text: string): string {
    const characters = [...text];
    const from = this.#random.int(0, characters.length);
    return characters.slice(from, from + this.#random.int(0, 8)).join("");
  }

  #near(ns: bigint): bigint {
    return this.#random.pick([ns, ns, ns + 1n, 1_000_000_000n, 100_000_000n]);
  }
}

const quoted = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");

function literalOf(value: AttributeScalar): Literal {
  switch (typeof value) {
    case "string":
      return { kind: "string", value: value.replace(/\uFFFD/g, "") };
    case "boolean":
      return { kind: "boolean", value };
    case "bigint":
      return { kind: "integer", value };
    case "number":
      if (!Number.isFinite(value)) return { kind: "decimal", value: 1e21 };
      return Number.isSafeInteger(value) ? { kind: "integer", value: BigInt(value) } : { kind: "decimal", value };
    default:
      return { kind: "string", value: "" };
  }
}
