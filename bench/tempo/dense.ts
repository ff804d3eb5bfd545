import { median } from "../measure.js";
import { compare } from "./compare.js";
import { DENSE, steadyCorpus } from "./corpora.js";
import { load } from "./corpus.js";
import { runDisjunction } from "./disjunction.js";
import type { Endpoints } from "./endpoints.js";
import { partOf } from "./part.js";
import { startProcesses } from "./processes.js";
import { PII_WITHOUT_AUDIT, SLOW_QUERY } from "./questions.js";
import { saveRule, timeReplay } from "./replay.js";
import { atLeast, milliseconds, type Table } from "./result.js";
import type { Section } from "./section.js";

const ROUNDS = 3;
const DAY_SECONDS = 86_400;
const QUARTER_SECONDS = 21_600;
const MOST_WORKER_MIB = 350;
/** Memory of one process differs by this much between runs of the same. */
const SAME_MEMORY = 1.15;
const LEAST_UNDER_DISJUNCTION = 3;

/** A million traces of eight spans in a day. */
export const dense: Section = {
  name: "dense",
  async *run(endpoints) {
    await load(steadyCorpus("dense", DENSE), endpoints);
    yield await againstRaw(endpoints);
    yield await memory(endpoints);
    yield await againstDisjunction(endpoints);
  },
};

async function againstRaw(endpoints: Endpoints): Promise<Table> {
  const processes = await startProcesses(endpoints);
  try {
    return await compare({
      title: "Dense: 1,000,000 traces in 24 h",
      tempoUrl: endpoints.tempoUrl,
      processes,
      question: SLOW_QUERY,
      ...partOf(DENSE, DAY_SECONDS, SLOW_QUERY.id),
      rounds: ROUNDS,
      byId: "skip",
    });
  } finally {
    await processes.close();
  }
}

/** Fresh processes for each range, so that neither inherits the other's heap. */
async function memory(endpoints: Endpoints): Promise<Table> {
  const peakMiB = async (seconds: number): Promise<number> => {
    const processes = await startProcesses(endpoints);
    try {
      await saveRule(processes.apiUrl, SLOW_QUERY.id, SLOW_QUERY.dsl);
      for (let round = 0; round < 2; round++) {
        await timeReplay(processes.apiUrl, partOf(DENSE, seconds, SLOW_QUERY.id));
      }
      return Math.max(...processes.workers.map((worker) => worker.takePeakMiB()));
    } finally {
      await processes.close();
    }
  };
  const quarter = await peakMiB(QUARTER_SECONDS);
  const day = await peakMiB(DAY_SECONDS);
  const mebibytes = (value: number): string => `${Math.round(value)} MiB`;
  return {
    title: "Dense: the worker's resident memory at its peak, a fresh worker each",
    lines: [
      { what: "6 h, 250,000 traces", timesMs: [], figure: mebibytes(quarter) },
      {
        what: "24 h, 1,000,000 traces",
        timesMs: [],
        figure: mebibytes(day),
        bar: { says: `< ${MOST_WORKER_MIB} MiB`, kept: day < MOST_WORKER_MIB },
      },
      {
        what: "24 h over 6 h",
        timesMs: [],
        figure: "",
        ratio: day / quarter,
        bar: { says: "does not grow", kept: day / quarter <= SAME_MEMORY },
      },
    ],
    notes: [],
  };
}

async function againstDisjunction(endpoints: Endpoints): Promise<Table> {
  const processes = await startProcesses(endpoints);
  try {
    const question = PII_WITHOUT_AUDIT;
    await saveRule(processes.apiUrl, question.id, question.dsl);
    const { range, right } = partOf(DENSE, DAY_SECONDS, question.id);
    const replayMs: number[] = [];
    const disjunctionMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      replayMs.push((await timeReplay(processes.apiUrl, { range, right })).ms);
      disjunctionMs.push(await runDisjunction(endpoints.tempoUrl, question.dsl, range, right));
    }
    const [replay, disjunction] = [median(replayMs), median(disjunctionMs)];
    return {
      title: "Dense: something rare without something common, the plan against one disjunction of witnesses",
      lines: [
        { what: "replay, POST to completed", timesMs: replayMs, figure: milliseconds(replay), ratio: 1 },
        {
          what: "single disjunction of witnesses, same answer",
          timesMs: disjunctionMs,
          figure: milliseconds(disjunction),
          ratio: disjunction / replay,
          bar: atLeast(disjunction / replay, LEAST_UNDER_DISJUNCTION),
        },
      ],
      notes: [question.dsl],
    };
  } finally {
    await processes.close();
  }
}
