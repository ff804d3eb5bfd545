import { createShopDay, type ShopDay, sendOtlp, type Stack, startStack } from "@betrace/cli";
import { median, type Row } from "./measure.js";

const ROUNDS = 5;
/** Traces that the one-by-one script reads; its time is scaled up to the whole day. */
const SAMPLE = 600;
const CONCURRENCY = 16;
const RULE = {
  id: "slow-db-no-retry",
  name: "Slow database query without a retry",
  dsl: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
};

/**
 * The demo's day: a replay, from POST to `completed`, against a script that lists the ids and fetches every trace by id
 * (concurrency 16, a sample of 600, scaled up). On tempo-lite, where reading a trace by id is much cheaper than on Tempo.
 */
export async function benchReplay(): Promise<Row[]> {
  const quiet = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error };
  const stack = await startStack({ env: { PATH: process.env.PATH }, dataDir: undefined, ports: "free", log: quiet });
  try {
    const endNs = (BigInt(Date.now()) / 1_000n) * 1_000_000_000n;
    const day = createShopDay({ seed: 1, startNs: endNs - 86_400_000_000_000n });
    for (const batch of day.batches) await sendOtlp(stack.tempo.otlpUrl, batch);
    await post(`${stack.apiUrl}/v1/rules`, RULE);

    const replayMs: number[] = [];
    const byIdMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      replayMs.push(await replayOnce(stack, day));
      byIdMs.push(await fetchById(stack, day));
    }
    const replay = median(replayMs);
    const byId = median(byIdMs);
    return [
      { what: `every trace by id, ${day.traces} traces (baseline)`, figure: `${Math.round(byId)} ms`, ratio: 1 },
      {
        what: "the replay, POST to completed, violations written",
        figure: `${Math.round(replay)} ms`,
        ratio: replay / byId,
      },
    ];
  } finally {
    await stack.close();
  }
}

async function replayOnce(stack: Stack, day: ShopDay): Promise<number> {
  const begun = performance.now();
  const accepted = await post(`${stack.apiUrl}/v1/rules/${RULE.id}/replay`, {
    start_time: new Date(Number(day.startNs / 1_000_000n)).toISOString(),
    end_time: new Date(Number(day.endNs / 1_000_000n)).toISOString(),
  });
  for (;;) {
    const replay = (await (await fetch(`${stack.apiUrl}/v1/replays/${accepted.replay_id}`)).json()) as Record<
      string,
      unknown
    >;
    if (replay.status === "completed") {
      if (replay.traces_evaluated !== day.traces || replay.violations_found !== day.planted.violations) {
        throw new Error(`a wrong answer is not worth timing: ${JSON.stringify(replay)}`);
      }
      return performance.now() - begun;
    }
    if (replay.status !== "queued" && replay.status !== "running") throw new Error(JSON.stringify(replay));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function fetchById(stack: Stack, day: ShopDay): Promise<number> {
  const begun = performance.now();
  const listed = await fetch(
    `${stack.tempo.url}/api/search?start=${day.startNs / 1_000_000_000n}&end=${day.endNs / 1_000_000_000n}&limit=100000`,
  );
  const ids = ((await listed.json()) as { traces: { traceID: string }[] }).traces.map((trace) => trace.traceID);
  const listMs = performance.now() - begun;
  const queue = ids.slice(0, SAMPLE);
  const readBegun = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const answer = await fetch(`${stack.tempo.url}/api/v2/traces/${id}`);
        await answer.json();
      }
    }),
  );
  return listMs + (performance.now() - readBegun) * (day.traces / SAMPLE);
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const parsed = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${JSON.stringify(parsed)}`);
  return parsed;
}
