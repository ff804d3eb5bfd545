import { runById } from "./by-id.js";
import { compare } from "./compare.js";
import { shopCorpus, shopDay } from "./corpora.js";
import { load } from "./corpus.js";
import { startProcesses } from "./processes.js";
import { SLOW_QUERY } from "./questions.js";
import type { Section } from "./section.js";

const ROUNDS = 9;
const SAMPLE = 300;

/** The quick start's rule over the quick start's day: 15,420 traces. */
export const shop: Section = {
  name: "shop",
  async *run(endpoints) {
    const day = shopDay();
    const corpus = shopCorpus(day);
    await load(corpus, endpoints);
    const processes = await startProcesses(endpoints);
    try {
      const { violations, firstNs } = day.planted;
      yield await compare({
        title: `Quick start: ${corpus.traces.toLocaleString("en-US")} traces in 24 h`,
        tempoUrl: endpoints.tempoUrl,
        processes,
        question: SLOW_QUERY,
        range: corpus,
        right: { traces: corpus.traces, violations: { [SLOW_QUERY.id]: violations }, firstNs },
        rounds: ROUNDS,
        byId: await runById(endpoints.tempoUrl, corpus, SAMPLE),
      });
    } finally {
      await processes.close();
    }
  },
};
