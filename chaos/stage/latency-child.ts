/**
 * Asks for the same URL at a steady pace, in a process of its own so that nothing but the server's time is measured:
 * `tsx latency-child.ts <url> <ms between requests>`. On any message it answers with what it measured, and ends.
 */
import type { Measured } from "./measure-latency.js";

const [, , url = "", everyMs = ""] = process.argv;
const milliseconds: number[] = [];
const statuses: Record<string, number> = {};
const open = new Set<Promise<void>>();

async function ask(): Promise<void> {
  const startedAt = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  milliseconds.push(performance.now() - startedAt);
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
}

const timer = setInterval(() => {
  const asked: Promise<void> = ask()
    .catch((error: unknown) => {
      statuses[String(error)] = (statuses[String(error)] ?? 0) + 1;
    })
    .finally(() => open.delete(asked));
  open.add(asked);
}, Number(everyMs));

process.on("message", async () => {
  clearInterval(timer);
  await Promise.all(open);
  const sorted = milliseconds.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  const measured: Measured = {
    requests: sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: sorted.at(-1) ?? 0,
    statuses,
  };
  process.send?.(measured, () => process.exit(0));
});
process.send?.("ready");
