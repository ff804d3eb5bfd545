import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { createShopDay, type ShopDay } from "@betrace/cli";
import type { Corpus } from "./corpus.js";
import { encodeSteadyTraces, SPANS_PER_TRACE, type SteadyTraces, steadyTrace } from "./steady-traces.js";

/** One for all corpora. */
export const SEED = 20250301;
const DAY_SECONDS = 86_400;
const TRACES_PER_REQUEST = 1_000;

/** A million traces in a day. */
export const DENSE: SteadyTraces = {
  seed: SEED,
  startNs: BigInt(Date.UTC(2025, 2, 1)) * 1_000_000n,
  seconds: DAY_SECONDS,
  traces: 1_000_000,
};

/** Thirty days, each as dense as the quick start's: parts of it are ranges of any length at one density. */
export const MONTH: SteadyTraces = {
  seed: SEED + 1,
  startNs: BigInt(Date.UTC(2025, 5, 1)) * 1_000_000n,
  seconds: 30 * DAY_SECONDS,
  traces: 30 * 15_420,
};

/** The quick start's day. */
export function shopDay(): ShopDay {
  return createShopDay({ seed: SEED, startNs: BigInt(Date.UTC(2025, 4, 1)) * 1_000_000n });
}

export function steadyCorpus(name: string, of: SteadyTraces): Corpus {
  const startSeconds = Number(of.startNs / 1_000_000_000n);
  return {
    name,
    seed: of.seed,
    startSeconds,
    endSeconds: startSeconds + of.seconds,
    traces: of.traces,
    spans: of.traces * SPANS_PER_TRACE,
    missing: (present) => ({
      total: Math.ceil((of.traces - present.size) / TRACES_PER_REQUEST),
      bodies: steadyBodies(of, present),
    }),
  };
}

function* steadyBodies(of: SteadyTraces, present: ReadonlySet<string>): Generator<Uint8Array<ArrayBuffer>> {
  let indexes: number[] = [];
  for (let index = 0; index < of.traces; index++) {
    if (present.size > 0 && present.has(steadyTrace(of, index).traceId)) continue;
    indexes.push(index);
    if (indexes.length < TRACES_PER_REQUEST) continue;
    yield encodeSteadyTraces(of, indexes);
    indexes = [];
  }
  if (indexes.length > 0) yield encodeSteadyTraces(of, indexes);
}

export function shopCorpus(day: ShopDay): Corpus {
  return {
    name: "shop day",
    seed: SEED,
    startSeconds: Number(day.startNs / 1_000_000_000n),
    endSeconds: Number(day.endNs / 1_000_000_000n),
    traces: day.traces,
    spans: day.spans,
    missing: (present) => {
      const bodies = day.batches
        .map((batch) =>
          batch.filter((resource) =>
            resource.scopeSpans.some((scope) => scope.spans.some((span) => !present.has(span.traceId))),
          ),
        )
        .filter((batch) => batch.length > 0)
        .map((resourceSpans) => JSON.stringify({ resourceSpans }));
      return { total: bodies.length, bodies };
    },
  };
}

/** Real traces of Google's Online Boutique with injected faults; beside the checkout, not in it. */
const BOUTIQUE = fileURLToPath(
  new URL("../../../shared/data/online-boutique/2022-08-22.otlp.jsonl.gz", import.meta.url),
);

export async function boutiqueCorpus(): Promise<Corpus> {
  const bodies: string[] = [];
  const lines = createInterface({
    input: createReadStream(BOUTIQUE).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== "") bodies.push(line);
  return {
    name: "online boutique",
    seed: 0,
    startSeconds: Date.UTC(2022, 7, 22, 3, 50) / 1_000,
    endSeconds: Date.UTC(2022, 7, 22, 8) / 1_000,
    traces: 6_902,
    spans: 287_633,
    missing: (present) => {
      if (present.size > 0)
        throw new Error(
          `${present.size} of 6902 traces are there, from a load that was broken off: start with an empty Tempo`,
        );
      return { total: bodies.length, bodies };
    },
  };
}
