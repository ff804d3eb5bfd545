import { setTimeout as sleep } from "node:timers/promises";
import type { ShopDay } from "./shop-day.js";

const NS_PER_SECOND = 1_000_000_000n;
const GIVE_UP_MS = 120_000;
const ANSWER_WITHIN_MS = 30_000;
const POLL_MS = 1_000;

/**
 * Waits until a Tempo that flushes in its own time shows every trace of the day in a search.
 *
 * @throws Error after two minutes, with how many it showed.
 */
export async function waitUntilSearchable(tempoUrl: string, day: ShopDay, signal: AbortSignal): Promise<void> {
  const start = day.startNs / NS_PER_SECOND;
  const end = day.endNs / NS_PER_SECOND + 1n;
  const url = `${tempoUrl.replace(/\/$/, "")}/api/search?start=${start}&end=${end}&limit=${2 * day.traces}`;
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (;;) {
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const read = async () => {
      const answer = await fetch(url, { signal: AbortSignal.any([signal, late]) });
      return { answer, text: await answer.text() };
    };
    const { answer, text } = await read().catch((error: unknown) => {
      if (late.aborted) throw new Error(`${url} did not answer within ${ANSWER_WITHIN_MS / 1_000} s`, { cause: error });
      throw error;
    });
    if (!answer.ok) throw new Error(`expected 200 from ${url}, found ${answer.status}: ${text.slice(0, 300)}`);
    const found = (JSON.parse(text) as { traces?: unknown[] }).traces?.length ?? 0;
    if (found >= day.traces) return;
    if (Date.now() > giveUpAt) {
      throw new Error(
        `expected Tempo to show ${day.traces} traces of the last 24 h, found ${found} after two minutes. ` +
          "A Tempo with the default ingestion_time_range_slack hides traces with old timestamps: raise it, or leave TEMPO_URL unset.",
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
