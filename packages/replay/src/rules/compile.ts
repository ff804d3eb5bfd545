import { type CompiledRule, compileRule, parseRule } from "@betrace/dsl";
import { ReplayError } from "../errors.js";

/** Text to a rule that decides traces. Throws `rule_rejected` with every problem of the text. */
export function compileText(dsl: string): CompiledRule {
  const parsed = parseRule(dsl);
  if (parsed.ok) return compileRule(parsed.rule);
  const [first] = parsed.errors;
  const where = first === undefined ? "" : `: line ${first.line}, column ${first.column}: ${first.message}`;
  const more = parsed.errors.length > 1 ? ` (and ${parsed.errors.length - 1} more)` : "";
  throw new ReplayError("rule_rejected", `the rule cannot be read${where}${more}`, parsed.errors);
}

/** Compiles each text once; the oldest is forgotten when there are more than `size`. */
export function createCompiler(size = 500): (dsl: string) => CompiledRule {
  const seen = new Map<string, CompiledRule>();
  return (dsl) => {
    const before = seen.get(dsl);
    if (before !== undefined) return before;
    const compiled = compileText(dsl);
    const oldest = seen.keys().next();
    if (seen.size >= size && !oldest.done) seen.delete(oldest.value);
    seen.set(dsl, compiled);
    return compiled;
  };
}
