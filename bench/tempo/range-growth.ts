import { median } from "../measure.js";
import { MONTH, steadyCorpus } from "./corpora.js";
import { load } from "./corpus.js";
import type { Endpoints } from "./endpoints.js";
import { watchInFlight } from "./in-flight.js";
import { partOf } from "./part.js";
import { startProcesses } from "./processes.js";
import { SLOW_QUERY } from "./questions.js";
import { saveRule, timeReplay } from "./replay.js";
import { atMost, milliseconds, type Table } from "./result.js";
import type { Section } from "./section.js";

const ROUNDS = 5;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
const MOST_FOR_TEN_TIMES = 11;
const MOST_OVERHEAD_PERCENT = 2;

/** Thirty days, each as dense as the quick start's. */
export const rangeGrowth: Section = {
  name: "range",
  async *run(endpoints) {
    await load(steadyCorpus("month", MONTH), endpoints);
    yield await tenTimes(endpoints);
    yield await overhead(endpoints);
  },
};

async function tenTimes(endpoints: Endpoints): Promise<Table> {
  const processes = await startProcesses(endpoints);
  try {
    await saveRule(processes.apiUrl, SLOW_QUERY.id, SLOW_QUERY.dsl);
    // Each of them: what Tempo's blocks hold beside a day differs from one to the next.
    const days = Array.from({ length: 10 }, (_, nth) => partOf(MONTH, DAY_SECONDS, SLOW_QUERY.id, nth * DAY_SECONDS));
    const tenDays = partOf(MONTH, 10 * DAY_SECONDS, SLOW_QUERY.id);
    for (const day of days) await timeReplay(processes.apiUrl, day);
    const dayMs: number[] = [];
    const tenDaysMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      let sumMs = 0;
      for (const day of days) sumMs += (await timeReplay(processes.apiUrl, day)).ms;
      dayMs.push(sumMs / days.length);
      tenDaysMs.push((await timeReplay(processes.apiUrl, tenDays)).ms);
    }
    const [one, ten] = [median(dayMs), median(tenDaysMs)];
    return {
      title: "Ten times the range at the same density",
      lines: [
        {
          what: "replay of 24 h, mean of the ten days by themselves",
          timesMs: dayMs,
          figure: milliseconds(one),
          ratio: 1,
        },
        {
          what: "replay of the 240 h at once",
          timesMs: tenDaysMs,
          figure: milliseconds(ten),
          ratio: ten / one,
          bar: atMost(ten / one, MOST_FOR_TEN_TIMES),
        },
      ],
      notes: [SLOW_QUERY.dsl],
    };
  } finally {
    await processes.close();
  }
}

/** Whatever is not spent with a request open at Tempo is planning, queueing, deciding and committing. */
async function overhead(endpoints: Endpoints): Promise<Table> {
  const watched = await watchInFlight(endpoints.tempoUrl);
  const processes = await startProcesses({ ...endpoints, tempoUrl: watched.url });
  try {
    await saveRule(processes.apiUrl, SLOW_QUERY.id, SLOW_QUERY.dsl);
    const month = partOf(MONTH, MONTH.seconds, SLOW_QUERY.id);
    await timeReplay(processes.apiUrl, partOf(MONTH, DAY_SECONDS, SLOW_QUERY.id));
    const wholeMs: number[] = [];
    const acceptedMs: number[] = [];
    const idlePercent: number[] = [];
    let note = "";
    for (let round = 0; round < 3; round++) {
      watched.take();
      const replay = await timeReplay(processes.apiUrl, { ...month, shardSeconds: HOUR_SECONDS });
      const { busyMs, most, requests } = watched.take();
      wholeMs.push(replay.ms);
      acceptedMs.push(replay.acceptedMs);
      idlePercent.push((100 * (replay.ms - busyMs)) / replay.ms);
      note = `${replay.shards} shards, ${requests} requests, at most ${most} open at once`;
    }
    const idle = median(idlePercent);
    return {
      title: "30 days in 24 shards a day: what planning and queueing add",
      lines: [
        { what: "replay of 30 days", timesMs: wholeMs, figure: milliseconds(median(wholeMs)), ratio: 1 },
        { what: "of it, until the POST was answered", timesMs: acceptedMs, figure: milliseconds(median(acceptedMs)) },
        {
          what: "of it, without any request open at Tempo",
          timesMs: [],
          figure: `${idle.toFixed(2)} %`,
          bar: { says: `≤ ${MOST_OVERHEAD_PERCENT} %`, kept: idle <= MOST_OVERHEAD_PERCENT },
        },
      ],
      notes: [note],
    };
  } finally {
    await processes.close();
    await watched.close();
  }
}
