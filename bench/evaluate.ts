import { createShopDay } from "@betrace/cli";
import type { Trace } from "@betrace/contracts";
import { type CompiledRule, compileRule, parseRule } from "@betrace/dsl";
import { median, type Row, timeMs } from "./measure.js";
import { MIXED_RULES } from "./mixed-rules.js";
import { shopTraces } from "./shop-traces.js";

const ROUNDS = 7;
const QUICK_START = 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")';

/** Spans evaluated a second and core, for one rule and for 45; the baseline is a loop that only reads each span's name. */
export function benchEvaluate(): Row[] {
  const traces = shopTraces(createShopDay({ seed: 1, startNs: 1_767_225_600_000_000_000n }));
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  const one = [compile(QUICK_START)];
  const many = MIXED_RULES.map(compile);

  const baselineMs: number[] = [];
  const oneMs: number[] = [];
  const manyMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    baselineMs.push(timeMs(() => readNames(traces)));
    oneMs.push(timeMs(() => evaluateAll(one, traces)));
    manyMs.push(timeMs(() => evaluateAll(many, traces)));
  }
  const perSecond = (ms: number): string => `${Math.round(spans / (ms / 1_000)).toLocaleString("en-US")} spans/s`;
  const baseline = median(baselineMs);
  return [
    { what: "read every span's name (baseline)", figure: perSecond(baseline), ratio: 1 },
    { what: "evaluate 1 rule", figure: perSecond(median(oneMs)), ratio: median(oneMs) / baseline },
    { what: `evaluate ${many.length} rules`, figure: perSecond(median(manyMs)), ratio: median(manyMs) / baseline },
  ];
}

function compile(text: string): CompiledRule {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
  return compileRule(parsed.rule);
}

function evaluateAll(rules: readonly CompiledRule[], traces: readonly Trace[]): number {
  let violations = 0;
  for (const trace of traces) for (const rule of rules) if (rule.evaluate(trace).violated) violations++;
  return violations;
}

function readNames(traces: readonly Trace[]): number {
  let matches = 0;
  for (const trace of traces) for (const span of trace.spans) if (span.name === "db.query") matches++;
  return matches;
}
