/**
 * Asks for the same URL at a steady pace, in a process of its own so that nothing but the server's time is measured:
 * `tsx latency-child.ts <url> <ms between requests>`. On any message it answers with what it measured, and ends.
 */
import { Agent, get } from "node:http";
import type { Measured, Timed } from "./measure-latency.js";

const [, , url = "", everyMs = ""] = process.argv;
const answers: Timed[] = [];
const statuses: Record<string, number> = {};
const open = new Set<Promise<void>>();
/** From another address than everybody else's of this machine. */
const agent = new Agent({ keepAlive: true, localAddress: "127.0.0.2" });

/** Reads an answer to its end. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.once("end", () => resolve(answer.statusCode ?? 0)).once("error", reject);
      answer.resume();
    }).once("error", reject);
  });
}

async function ask(lateMs: number): Promise<void> {
  const askedAtMs = Date.now();
  const startedAt = performance.now();
  const status = await statusOf(url);
  answers.push({ askedAtMs, ms: performance.now() - startedAt, lateMs });
  statuses[status] = (statuses[status] ?? 0) + 1;
}

let askedLastMs = performance.now();
const timer = setInterval(() => {
  const nowMs = performance.now();
  const lateMs = Math.max(0, nowMs - askedLastMs - Number(everyMs));
  askedLastMs = nowMs;
  const asked: Promise<void> = ask(lateMs)
    .catch((error: unknown) => {
      statuses[String(error)] = (statuses[String(error)] ?? 0) + 1;
    })
    .finally(() => open.delete(asked));
  open.add(asked);
}, Number(everyMs));

process.on("message", async () => {
  clearInterval(timer);
  await Promise.all(open);
  const measured: Measured = { answers, statuses };
  process.send?.(measured, () => process.exit(0));
});
process.send?.("ready");
