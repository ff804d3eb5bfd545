import { parseTimestamp } from "@betrace/contracts";
import { runById } from "./by-id.js";
import { compare } from "./compare.js";
import { boutiqueCorpus } from "./corpora.js";
import { load } from "./corpus.js";
import { startProcesses } from "./processes.js";
import { BOUTIQUE } from "./questions.js";
import type { Section } from "./section.js";

const ROUNDS = 7;
const SAMPLE = 300;

/** Four rules over real traces of Google's Online Boutique: 6,902 traces of 42 spans. */
export const boutique: Section = {
  name: "boutique",
  async *run(endpoints) {
    const corpus = await boutiqueCorpus();
    await load(corpus, endpoints);
    const processes = await startProcesses(endpoints);
    try {
      const byId = await runById(endpoints.tempoUrl, corpus, SAMPLE);
      for (const question of BOUTIQUE) {
        yield await compare({
          title: `Online Boutique, ${question.id}`,
          tempoUrl: endpoints.tempoUrl,
          processes,
          question,
          range: corpus,
          right: {
            traces: corpus.traces,
            violations: { [question.id]: question.violations },
            firstNs: parseTimestamp(question.first),
          },
          rounds: ROUNDS,
          byId,
        });
      }
    } finally {
      await processes.close();
    }
  },
};
