import { createShopDay } from "@betrace/cli";
import type { Trace } from "@betrace/contracts";
import { type CompiledRule, compileRule, createRuleIndex, parseRule, TraceView } from "@betrace/dsl";
import { createDecider, readyRules } from "@betrace/replay";
import { median, type Row, cpuMs } from "./measure.js";
import { MIXED_RULES } from "./mixed-rules.js";
import { shopTraces } from "./shop-traces.js";

const ROUNDS = 7;
const QUICK_START = 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")';

/**
 * Spans evaluated a second of CPU time, for one rule and for 45: as a replay decides them, and each rule by itself. The baseline is
 * a loop that only reads each span's name.
 */
export function benchEvaluate(): Row[] {
  const traces = shopTraces(createShopDay({ seed: 1, startNs: 1_767_225_600_000_000_000n }));
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  const sides = [
    { what: "read every span's name (baseline)", run: () => readNames(traces) },
    { what: "decide 1 rule", run: decider([QUICK_START], traces) },
    { what: `decide ${MIXED_RULES.length} rules, each by itself`, run: eachByItself(MIXED_RULES, traces) },
    { what: `decide ${MIXED_RULES.length} rules, by the index`, run: decider(MIXED_RULES, traces) },
  ].map((side) => ({ ...side, ms: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) for (const side of sides) side.ms.push(cpuMs(side.run));

  const [, , apart, indexed] = sides;
  if (apart?.run() !== indexed?.run()) throw new Error("a wrong answer is not worth timing: the index lost violations");
  const baseline = median(sides[0]?.ms ?? []);
  const rows = sides.map(({ what, ms }) => ({
    what,
    figure: `${Math.round(spans / (median(ms) / 1_000)).toLocaleString("en-US")} spans/s`,
    ratio: median(ms) / baseline,
  }));
  const skipped = shareSkipped(MIXED_RULES.map(compile), traces);
  return [...rows, { what: "rule evaluations that the index skipped", figure: `${(100 * skipped).toFixed(1)} %` }];
}

function compile(text: string): CompiledRule {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
  return compileRule(parsed.rule);
}

/** As a shard does it. Returns how many violations there are. */
function decider(rules: readonly string[], traces: readonly Trace[]): () => number {
  const pinned = rules.map((dsl, at) => ({
    ruleId: `r${at}`,
    ruleVersion: 1,
    name: `R${at}`,
    dsl,
    severity: "low" as const,
    annotations: {},
  }));
  const decide = createDecider(readyRules(pinned, compile));
  return () => traces.reduce((violations, trace) => violations + decide(trace).findings.length, 0);
}

function eachByItself(rules: readonly string[], traces: readonly Trace[]): () => number {
  const compiled = rules.map(compile);
  return () => {
    let violations = 0;
    for (const trace of traces) for (const rule of compiled) if (rule.evaluate(trace).violated) violations++;
    return violations;
  };
}

function shareSkipped(rules: readonly CompiledRule[], traces: readonly Trace[]): number {
  const index = createRuleIndex(rules);
  const asked = traces.reduce((sum, trace) => sum + index.possible(new TraceView(trace)).length, 0);
  return 1 - asked / (rules.length * traces.length);
}

function readNames(traces: readonly Trace[]): number {
  let matches = 0;
  for (const trace of traces) for (const span of trace.spans) if (span.name === "db.query") matches++;
  return matches;
}
