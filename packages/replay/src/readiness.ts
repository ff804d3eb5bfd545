import type { ReadyAnswer } from "@betrace/contracts";
import type { TempoClient } from "@betrace/tempo";
import { sayRedisFault } from "./redis/fault.js";
import type { RedisHealth } from "./redis/health.js";

/** Whoever asks hears within two seconds, whatever hangs. */
const READY_TIMEOUT_MS = 1_500;

/**
 * Whether a process can do its work: Redis takes a write over each of its connections, and Tempo answers. Within two
 * seconds.
 */
export async function readiness({
  health,
  tempo,
}: {
  readonly health: Pick<RedisHealth, "prove">;
  readonly tempo: Pick<TempoClient, "ready">;
}): Promise<ReadyAnswer> {
  const [redis, tempoState] = await Promise.all([
    probe(async () => {
      const fault = await health.prove();
      return fault && `${fault.reached ? "cannot write" : "cannot be reached"}: ${sayRedisFault(fault)}`;
    }),
    probe(async () => {
      await inTime((signal) => tempo.ready(signal));
      return undefined;
    }),
  ]);
  return { status: redis.ok && tempoState.ok ? "ready" : "not_ready", redis, tempo: tempoState };
}

async function probe(ask: () => Promise<string | undefined>): Promise<ReadyAnswer["redis"]> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const error = await ask();
    return { ok: error === undefined, ...(error !== undefined && { error }), milliseconds: took() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error), milliseconds: took() };
  }
}

function inTime<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  const late = new Promise<never>((_, reject) => {
    const onAbort = () => reject(new Error(`no answer within ${READY_TIMEOUT_MS} ms`));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  return Promise.race([ask(signal), late]);
}
