import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoints } from "./endpoints.js";
import { ingestAll } from "./ingest.js";
import { traceIdsIn } from "./trace-ids.js";

/** Looks without any new trace in an answer. A busy Tempo takes minutes to write what it took in, and as long to count it. */
const MOST_LOOKS_IN_VAIN = 60;
const POLL_MS = 3_000;

/** Traces in a range of their own, the same from the same seed. */
export interface Corpus {
  readonly name: string;
  readonly seed: number;
  /** Whole seconds, half-open. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly traces: number;
  readonly spans: number;
  /** OTLP requests with all traces but those that are there already. */
  missing(present: ReadonlySet<string>): {
    readonly total: number;
    readonly bodies: Iterable<string | Uint8Array<ArrayBuffer>>;
  };
}

/**
 * Loads what of the corpus Tempo does not hold yet, and waits until Tempo shows every trace. A load that was broken off goes
 * on; one that is there is counted and left alone.
 */
export async function load(corpus: Corpus, { tempoUrl, otlpUrl }: Endpoints): Promise<void> {
  const present = await traceIdsIn(tempoUrl, corpus);
  if (present.size < corpus.traces) {
    console.log(
      `  ${corpus.name}: ${present.size.toLocaleString("en-US")} of ${corpus.traces.toLocaleString("en-US")} traces are there`,
    );
    const begun = performance.now();
    const { total, bodies } = corpus.missing(present);
    await ingestAll(otlpUrl, bodies, total, corpus.name);
    console.log(
      `  ${corpus.name}: sent in ${((performance.now() - begun) / 1_000).toFixed(1)} s, waiting until all are found`,
    );
  }
  let found = present.size;
  for (let inVain = 0; found < corpus.traces && inVain < MOST_LOOKS_IN_VAIN; inVain++) {
    await sleep(POLL_MS);
    const now = (await traceIdsIn(tempoUrl, corpus)).size;
    if (now > found) inVain = 0;
    found = now;
  }
  if (found !== corpus.traces) {
    throw new Error(`expected ${corpus.traces} traces of ${corpus.name} in its range, found ${found}`);
  }
}
