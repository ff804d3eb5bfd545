import { setTimeout as sleep } from "node:timers/promises";
import { createTempoClient, scanWindow, type TempoClient, type TempoClientOptions } from "@betrace/tempo";
import { startTempoLite } from "@betrace/tempo-lite";
import type { Window } from "./scan.js";
import { otlpResourceSpans, type SentTrace } from "./traces.js";

/** A store of traces under test. */
export interface Store {
  readonly name: string;
  readonly url: string;
  readonly otlpUrl: string;
  /** Seconds after each batch, so that the next lies in another block, and the last in one that all queriers know. */
  readonly batchPauseSeconds: number;
  close(): Promise<void>;
}

export async function liteStore(): Promise<Store> {
  const lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  return { name: "tempo-lite", url: lite.url, otlpUrl: lite.otlpUrl, batchPauseSeconds: 0, close: () => lite.close() };
}

/** Waits long for an answer: a store and a machine that are busy with something else must not look like a wrong verdict. */
const PATIENCE = { requestTimeoutMs: 600_000, maxRetryTimeMs: 600_000 };

export const clientOf = (store: Store, more: Partial<TempoClientOptions> = {}): TempoClient =>
  createTempoClient({ url: store.url, ...PATIENCE, ...more });

/**
 * Sends traces as OTLP in JSON; of several batches one after the other, with the store's pause after each. After the last one too: an
 * ingester forgets a block of spans that ended long ago as soon as it is flushed, seconds before a querier's poll finds it (seen on 2.10.8).
 */
export async function send(
  store: Store,
  traces: readonly SentTrace[],
  batches: readonly (0 | 1 | undefined)[],
): Promise<void> {
  for (const batch of batches) {
    for (let from = 0; from < traces.length; from += 50) {
      const resourceSpans = otlpResourceSpans(traces.slice(from, from + 50), batch);
      const response = await fetch(`${store.otlpUrl}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ resourceSpans }),
      });
      const text = await response.text();
      if (!response.ok || text.includes("rejectedSpans"))
        throw new Error(`OTLP answered ${response.status}: ${text.slice(0, 300)}`);
    }
    if (store.batchPauseSeconds > 0) await sleep(store.batchPauseSeconds * 1_000);
  }
}

/** How many traces and spans a store shows in a window; copies and BeTrace's own spans are not counted. */
export async function shown(
  client: TempoClient,
  { startNs, endNs }: Window,
): Promise<{ traces: number; spans: number }> {
  let [traces, spans] = [0, 0];
  await scanWindow(client, {
    startNs,
    endNs,
    witnessFilter: "true",
    candidateFilter: undefined,
    spanFields: [],
    traceFields: [],
    signal: new AbortController().signal,
    onTraces: (batch) => {
      traces += batch.length;
      for (const trace of batch) spans += trace.spans.length;
    },
  });
  return { traces, spans };
}

/** Waits until a store shows what was sent; throws when it does not within two minutes. */
export async function settled(
  client: TempoClient,
  window: Window,
  wanted: { traces: number; spans: number },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    const now = await shown(client, window);
    if (now.traces === wanted.traces && now.spans === wanted.spans) return;
    if (tries >= 60) throw new Error(`sent ${JSON.stringify(wanted)}, the store shows ${JSON.stringify(now)}`);
    await sleep(2_000);
  }
}
