import { setTimeout as sleep } from "node:timers/promises";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
const GIVE_UP_MS = 300_000;

/** Sends one OTLP request and waits as often as Tempo says that it has too much to do. Throws where spans are refused for another reason. */
export async function ingest(otlpUrl: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const isJson = typeof body === "string";
  const begun = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const answer = await fetch(`${otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": isJson ? "application/json" : "application/x-protobuf" },
      body,
    });
    const text = await answer.text();
    if (answer.ok) {
      // An empty message: nothing was refused. `partial_success` is field 1 of the answer.
      if (isJson ? /"rejectedSpans"\s*:\s*"?[1-9]/.test(text) : text.length > 0 && text !== "\n\0") {
        throw new Error(`Tempo took only a part of a batch: ${JSON.stringify(text.slice(0, 300))}`);
      }
      return;
    }
    const busy = answer.status === 429 || answer.status === 503 || /ResourceExhausted|RATE_LIMITED/i.test(text);
    if (!busy || performance.now() - begun > GIVE_UP_MS) {
      throw new Error(`expected 200 from ${otlpUrl}/v1/traces, found ${answer.status}: ${text.slice(0, 300)}`);
    }
    await sleep(waitMs);
  }
}

/** Sends all of them, a few at a time and nearly in order, with a line of progress every few seconds. */
export async function ingestAll(
  otlpUrl: string,
  bodies: Iterable<string | Uint8Array<ArrayBuffer>>,
  total: number,
  what: string,
): Promise<void> {
  const iterator = bodies[Symbol.iterator]();
  const begun = performance.now();
  let sent = 0;
  let saidAt = begun;
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      await ingest(otlpUrl, next.value);
      sent++;
      if (performance.now() - saidAt < 5_000) continue;
      saidAt = performance.now();
      console.log(
        `  ${what}: ${Math.floor((100 * sent) / total)} % sent after ${Math.round((saidAt - begun) / 1_000)} s`,
      );
    }
  };
  await Promise.all([lane(), lane()]);
}
