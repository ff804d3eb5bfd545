import { compileRule, parseRule } from "@betrace/dsl";
import { median } from "../measure.js";
import { MIXED_RULES } from "../mixed-rules.js";
import { shopTraces } from "../shop-traces.js";
import { shopCorpus, shopDay } from "./corpora.js";
import { load } from "./corpus.js";
import { startProcesses } from "./processes.js";
import { saveRule, timeReplay } from "./replay.js";
import { atMost, milliseconds } from "./result.js";
import type { Section } from "./section.js";

const ROUNDS = 5;
/** The first of the mixed rules name spans that the shop has; the others find nothing, and cost less. */
const OF_THE_SHOP = 15;
/** Rules that came out most expensive at first sight; they are measured again. */
const FINALISTS = 3;
const MOST = 2;

/** 45 mixed rules in one replay, against the most expensive one of them alone, over the quick start's day. */
export const manyRules: Section = {
  name: "rules",
  async *run(endpoints) {
    const day = shopDay();
    const corpus = shopCorpus(day);
    await load(corpus, endpoints);
    const traces = shopTraces(day);
    const violations: Record<string, number> = {};
    const rules = MIXED_RULES.map((dsl, index) => ({ id: `mixed-${index + 1}`, dsl }));
    for (const { id, dsl } of rules) {
      const parsed = parseRule(dsl);
      if (!parsed.ok) throw new Error(`not a rule: ${dsl}`);
      const { evaluate } = compileRule(parsed.rule);
      violations[id] = traces.filter((trace) => evaluate(trace).violated).length;
    }
    const processes = await startProcesses(endpoints);
    try {
      for (const { id, dsl } of rules) await saveRule(processes.apiUrl, id, dsl);
      const time = async (ids: readonly string[]): Promise<number> => {
        const right = {
          traces: corpus.traces,
          violations: Object.fromEntries(ids.map((id) => [id, violations[id] ?? 0])),
        };
        return (await timeReplay(processes.apiUrl, { range: corpus, right })).ms;
      };
      const all = rules.map(({ id }) => id);
      await time(all);
      const firstSight: { readonly id: string; readonly dsl: string; readonly ms: number }[] = [];
      for (const { id, dsl } of rules.slice(0, OF_THE_SHOP)) firstSight.push({ id, dsl, ms: await time([id]) });
      const finalists = firstSight.sort((a, b) => b.ms - a.ms).slice(0, FINALISTS);
      const allMs: number[] = [];
      const aloneMs = new Map<string, number[]>(finalists.map(({ id }) => [id, []]));
      for (let round = 0; round < ROUNDS; round++) {
        allMs.push(await time(all));
        for (const [id, times] of aloneMs) times.push(await time([id]));
      }
      const [dearest] = [...aloneMs].sort(([, a], [, b]) => median(b) - median(a));
      if (dearest === undefined) throw new Error("no rule was measured");
      const [dearestId, dearestMs] = dearest;
      const ratio = median(allMs) / median(dearestMs);
      yield {
        title: `${all.length} mixed rules in one replay, ${corpus.traces.toLocaleString("en-US")} traces`,
        lines: [
          {
            what: "the most expensive of them alone",
            timesMs: dearestMs,
            figure: milliseconds(median(dearestMs)),
            ratio: 1,
          },
          {
            what: "all in one replay",
            timesMs: allMs,
            figure: milliseconds(median(allMs)),
            ratio,
            bar: atMost(ratio, MOST),
          },
        ],
        notes: [
          `alone: ${rules.find(({ id }) => id === dearestId)?.dsl}`,
          `the ${OF_THE_SHOP} that find something, one after the other: ${milliseconds(firstSight.reduce((sum, { ms }) => sum + ms, 0))}`,
        ],
      };
    } finally {
      await processes.close();
    }
  },
};
