import { median } from "../measure.js";
import { startApp } from "./app-process.js";
import { shopCorpus, shopDay } from "./corpora.js";
import { load } from "./corpus.js";
import { watchInFlight } from "./in-flight.js";
import { startProcesses } from "./processes.js";
import { SLOW_QUERY } from "./questions.js";
import { saveRule, timeReplay } from "./replay.js";
import { atLeast, type Line, milliseconds } from "./result.js";
import type { Section } from "./section.js";

const ROUNDS = 3;
const DELAY_MS = 200;
const WORKERS = [1, 2, 4, 8] as const;
/** Requests at Tempo that this installation may have open, over all its workers: from four workers on they share it. */
const BUDGET = 16;
const MOST_PER_WORKER = 4;
/** 96 of them in the day: enough for eight workers of four shards each. */
const SHARD_SECONDS = 900;
const LEAST_EFFICIENCY = 0.9;
const FLAT = 1.15;

/** More worker processes against a Tempo that answers every read 200 ms late: no CPU to fight for, only waiting to share. */
export const manyWorkers: Section = {
  name: "workers",
  async *run() {
    const day = shopDay();
    const corpus = shopCorpus(day);
    const tempo = await startApp(
      "bench/tempo/slow-tempo.ts",
      { BENCH_DELAY_MS: String(DELAY_MS) },
      "slow tempo listens",
    );
    const watched = await watchInFlight(String(tempo.ready.url));
    try {
      const otlpUrl = String(tempo.ready.otlpUrl);
      await load(corpus, { tempoUrl: watched.url, otlpUrl });
      const right = {
        traces: corpus.traces,
        violations: { [SLOW_QUERY.id]: day.planted.violations },
        firstNs: day.planted.firstNs,
      };
      const lines: Line[] = [];
      let one = 0;
      let atBudget = 0;
      for (const workers of WORKERS) {
        const requests = Math.min(MOST_PER_WORKER, BUDGET / workers);
        const processes = await startProcesses({
          tempoUrl: watched.url,
          otlpUrl,
          workers,
          env: { TEMPO_MAX_CONCURRENT_REQUESTS: String(requests) },
        });
        try {
          await saveRule(processes.apiUrl, SLOW_QUERY.id, SLOW_QUERY.dsl);
          const timesMs: number[] = [];
          watched.take();
          for (let round = 0; round < ROUNDS; round++) {
            timesMs.push(
              (await timeReplay(processes.apiUrl, { range: corpus, right, shardSeconds: SHARD_SECONDS })).ms,
            );
          }
          const { most } = watched.take();
          const ms = median(timesMs);
          if (workers === 1) one = ms;
          const what = `${workers} worker process(es), ${requests} requests each, at most ${most} open`;
          const bound = workers * MOST_PER_WORKER > BUDGET;
          if (!bound) {
            atBudget = ms;
            const efficiency = one / (workers * ms);
            lines.push({
              what,
              timesMs,
              figure: milliseconds(ms),
              ratio: efficiency,
              bar: atLeast(efficiency, LEAST_EFFICIENCY),
            });
          } else {
            const ratio = ms / atBudget;
            lines.push({
              what,
              timesMs,
              figure: milliseconds(ms),
              ratio,
              bar: { says: "flat", kept: ratio <= FLAT && most <= BUDGET },
            });
          }
        } finally {
          await processes.close();
        }
      }
      yield {
        title: `1 to 8 worker processes, a Tempo that answers ${DELAY_MS} ms late, a budget of ${BUDGET} requests`,
        lines,
        notes: [
          "the ratio is the efficiency (time of one worker ÷ workers ÷ time) until the budget binds, then the time over that at the budget",
        ],
      };
    } finally {
      await watched.close();
      await tempo.close();
    }
  },
};
