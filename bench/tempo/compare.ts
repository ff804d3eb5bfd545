import { median } from "../measure.js";
import type { ByIdTime } from "./by-id.js";
import type { Processes } from "./processes.js";
import type { Question } from "./questions.js";
import type { Range } from "./range.js";
import { cheapestRawPlan, runRaw } from "./raw.js";
import { type RightAnswer, saveRule, type TimedReplay, timeReplay } from "./replay.js";
import { atLeast, atMost, type Line, milliseconds, type Table } from "./result.js";

const MOST_OVER_RAW = 1.5;
const LEAST_UNDER_BY_ID = 300;

export interface Comparison {
  readonly title: string;
  readonly tempoUrl: string;
  readonly processes: Processes;
  readonly question: Question;
  readonly range: Range;
  readonly right: RightAnswer;
  readonly rounds: number;
  /** The third side, run once by whoever compares several rules over the same traces; `"skip"` where reading by id is out of the question. */
  readonly byId: ByIdTime | "skip";
}

/** Raw requests and the replay in turn, after one round that is thrown away; the replay is checked for the right answer each time. */
export async function compare(comparison: Comparison): Promise<Table> {
  const { tempoUrl, range, question, processes, byId } = comparison;
  await saveRule(processes.apiUrl, question.id, question.dsl);
  const plan = await cheapestRawPlan(tempoUrl, range, question.witnessQuery);
  const rawMs: number[] = [];
  const replays: TimedReplay[] = [];
  await timeReplay(processes.apiUrl, comparison);
  for (const worker of processes.workers) worker.takePeakMiB();
  for (let round = 0; round < comparison.rounds; round++) {
    rawMs.push(await runRaw(tempoUrl, range, question.witnessQuery, plan));
    replays.push(await timeReplay(processes.apiUrl, comparison));
  }
  const peakMiB = Math.max(...processes.workers.map((worker) => worker.takePeakMiB()));
  const replayMs = replays.map((replay) => replay.ms);
  const [raw, replay] = [median(rawMs), median(replayMs)];
  const lines: Line[] = [
    { what: "raw: ids and witnesses, drained", timesMs: rawMs, figure: milliseconds(raw), ratio: 1 },
    {
      what: "replay, POST to completed",
      timesMs: replayMs,
      figure: milliseconds(replay),
      ratio: replay / raw,
      bar: atMost(replay / raw, MOST_OVER_RAW),
    },
  ];
  if (byId !== "skip") {
    const times = byId.ms / replay;
    lines.push({
      what: "every trace by id, over the replay",
      timesMs: [byId.ms],
      figure: milliseconds(byId.ms),
      ratio: times,
      bar: atLeast(times, LEAST_UNDER_BY_ID),
    });
  }
  return {
    title: comparison.title,
    lines,
    notes: [
      question.dsl,
      `raw: ${plan.windows} window(s), ${plan.concurrency} requests at once, the fastest of those tried; replay: ${replays[0]?.shards} shards, worker at most ${Math.round(peakMiB)} MiB`,
      ...(byId === "skip"
        ? []
        : [
            `by id: ${byId.sample} traces in ${milliseconds(byId.sampleMs)}, scaled up; listing ${milliseconds(byId.listMs)}`,
          ]),
    ],
  };
}
