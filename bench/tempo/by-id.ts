import { Agent, get } from "node:http";
import type { Range } from "./range.js";
import { traceIdsIn } from "./trace-ids.js";

const CONCURRENCY = 16;
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });

/** What the script took, and how it was found out. */
export interface ByIdTime {
  /** Listing measured, reading scaled up from the sample to all traces. */
  readonly ms: number;
  readonly listMs: number;
  readonly sample: number;
  readonly sampleMs: number;
}

/**
 * The straightforward script: list the ids, then fetch every trace, sixteen at a time, as JSON. It reads `sample` traces
 * spread evenly over the list, and its time is scaled up.
 */
export async function runById(tempoUrl: string, range: Range, sample: number): Promise<ByIdTime> {
  const begun = performance.now();
  const ids = [...(await traceIdsIn(tempoUrl, range))];
  const listMs = performance.now() - begun;
  const step = Math.max(1, Math.floor(ids.length / sample));
  const chosen = ids.filter((_, index) => index % step === 0).slice(0, sample);
  const queue = [...chosen];
  const readBegun = performance.now();
  const lane = async (): Promise<void> => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const body = await fetchTrace(tempoUrl, id);
      if (!("trace" in (JSON.parse(body) as object))) throw new Error(`Tempo does not give trace ${id}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  const sampleMs = performance.now() - readBegun;
  return { ms: listMs + (sampleMs / chosen.length) * ids.length, listMs, sample: chosen.length, sampleMs };
}

function fetchTrace(tempoUrl: string, id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(`${tempoUrl}/api/v2/traces/${id}`, { agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(body);
        else reject(new Error(`expected 200 for trace ${id}, found ${answer.statusCode}: ${body.slice(0, 200)}`));
      });
    });
    request.on("error", reject);
  });
}
