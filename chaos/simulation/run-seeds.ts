import { startLocalRedis } from "@betrace/local-redis";
import { Redis } from "ioredis";
import { runSeed } from "./run-seed.js";

/** What many seeds came to. */
export interface SeedsReport {
  readonly seeds: number;
  readonly steps: number;
  readonly states: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly staleWrites: number;
  /** One text for each seed that broke a promise. */
  readonly broken: readonly string[];
}

/** Seeds under way at once: each waits for Redis most of the time. */
const AT_ONCE = 24;
/** After so many seeds what they left behind is thrown away. */
const BATCH = 480;

/** Runs seeds on a redis-server of their own. Stops after the batch in which the first promise broke. */
export async function runSeeds(seeds: readonly number[]): Promise<SeedsReport> {
  const server = await startLocalRedis({ path: process.env.PATH ?? "" });
  const redis = new Redis(server.url);
  const states: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const broken: string[] = [];
  let steps = 0;
  let staleWrites = 0;
  let run = 0;
  // What looks at the machine's clock sees it stand still, so that the same seed is the same story.
  const realNow = performance.now;
  performance.now = () => 0;
  try {
    for (let from = 0; from < seeds.length && broken.length === 0; from += BATCH) {
      const left = seeds.slice(from, from + BATCH);
      const lane = async () => {
        for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
          const report = await runSeed(seed, redis);
          run++;
          steps += report.steps;
          staleWrites += report.staleWrites;
          for (const state of report.states) states[state] = (states[state] ?? 0) + 1;
          for (const [name, count] of report.faults) faults[name] = (faults[name] ?? 0) + count;
          if (report.broken !== undefined) broken.push(report.broken);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      await redis.flushall();
    }
  } finally {
    performance.now = realNow;
    redis.disconnect();
    await server.close();
  }
  return { seeds: run, steps, states, faults, staleWrites, broken };
}
