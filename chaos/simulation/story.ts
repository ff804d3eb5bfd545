import type { Trace } from "@betrace/contracts";
import { compileRule, parseRule } from "@betrace/dsl";
import type { Redis } from "ioredis";
import { type Seeded, seeded } from "../seeded.js";
import { createFenceWatch, type FenceWatch } from "./fence-watch.js";
import { createJobs, type Jobs } from "./job-queue.js";
import { RULE, sampleTraces } from "./sample.js";
import { createWorld, type Process, type World } from "./world.js";

/** What a seed decides before anything happens, and what everyone in its story shares. */
export interface Story {
  readonly redis: Redis;
  /** In front of all keys of this story. */
  readonly prefix: string;
  readonly random: Seeded;
  readonly world: World;
  readonly jobs: Jobs;
  readonly fences: FenceWatch;
  readonly clock: { nowNs(): bigint };
  readonly shards: number;
  readonly traces: readonly Trace[];
  readonly rule: ReturnType<typeof compileRule>;
  readonly maxFailures: number;
  readonly maxCrashes: number;
  readonly maxTracesPerShard: number;
  /** One request in so many fails; 0: none. */
  readonly tempoFails: number;
  /** Ids of traces whose violations were written. */
  readonly written: Set<string>;
  /** Faults that were really injected, by name. */
  readonly faults: Map<string, number>;
  /** Whether faults come. */
  storm: boolean;
  staleWrites: number;
  injected(what: string): void;
  /** Somebody new, with a number in the name. */
  newProcess(role: string): Process;
}

const NS_PER_MS = 1_000_000n;

export function createStory(seed: number, redis: Redis): Story {
  const random = seeded(seed);
  const world = createWorld(random);
  const faults = new Map<string, number>();
  const shards = 1 + random.below(4);
  const perShard = 1 + random.below(6);
  let names = 0;
  return {
    redis,
    prefix: `sim${seed}:`,
    random,
    world,
    jobs: createJobs(),
    fences: createFenceWatch(),
    clock: { nowNs: () => BigInt(world.nowMs) * NS_PER_MS },
    shards,
    traces: sampleTraces(shards, perShard),
    rule: compile(RULE),
    maxFailures: 2 + random.below(4),
    maxCrashes: 2 + random.below(4),
    maxTracesPerShard: random.oneIn(3) ? 1 + random.below(perShard) : 1_000,
    tempoFails: random.pick([0, 0, 8, 3]),
    written: new Set(),
    faults,
    storm: true,
    staleWrites: 0,
    injected(what) {
      faults.set(what, (faults.get(what) ?? 0) + 1);
      world.log.push(`* ${what}`);
    },
    newProcess: (role) => world.process(`${role}${++names}`),
  };
}

function compile(dsl: string) {
  const parsed = parseRule(dsl);
  if (!parsed.ok) throw new Error("the rule of the simulation does not parse");
  return compileRule(parsed.rule);
}
