import { setImmediate as turn } from "node:timers/promises";
import type { Seeded } from "../seeded.js";

/** Something that runs by itself and may be killed or frozen: a worker, the API, a reconciler. */
export interface Process {
  readonly name: string;
  /** Killed: nothing of it ever goes on. */
  dead: boolean;
  /** Paused by its machine: it goes on later and does not know that it was away. */
  frozen: boolean;
}

interface Waiting {
  readonly process: Process;
  readonly label: string;
  readonly go: () => void;
}

/**
 * Decides who goes on next. Everything that a process does outside its own memory waits at a gate first, so between two steps
 * nothing runs, and the order of all effects is the seed's.
 */
export interface World {
  readonly random: Seeded;
  nowMs: number;
  /** What happened, newest last; printed when a promise is broken. */
  readonly log: string[];
  process(name: string): Process;
  /** Resolves when it is this caller's turn; never for a dead process. */
  gate(process: Process, label: string): Promise<void>;
  /** Marks an effect as under way, so that no one else moves until it is over. */
  effect<T>(work: () => Promise<T>): Promise<T>;
  /** Lets one waiting process go on; false where none can. */
  step(): Promise<boolean>;
  /** Resolves when nothing moves any more. */
  quiet(): Promise<void>;
}

export function createWorld(random: Seeded): World {
  const waiting: Waiting[] = [];
  const log: string[] = [];
  let underWay = 0;
  let idle: (() => void) | undefined;

  const world: World = {
    random,
    nowMs: 1_800_000_000_000,
    log,
    process: (name) => ({ name, dead: false, frozen: false }),
    gate: (process, label) =>
      new Promise((go) => {
        if (!process.dead) waiting.push({ process, label, go });
      }),
    async effect(work) {
      underWay++;
      try {
        return await work();
      } finally {
        underWay--;
        if (underWay === 0) idle?.();
      }
    },
    async quiet() {
      do {
        if (underWay > 0) {
          await new Promise<void>((resolve) => {
            idle = resolve;
          });
        }
        await turn();
      } while (underWay > 0);
    },
    async step() {
      for (let i = waiting.length - 1; i >= 0; i--) if (waiting[i]?.process.dead) waiting.splice(i, 1);
      const able = waiting.filter((one) => !one.process.frozen);
      if (able.length === 0) return false;
      const chosen = random.pick(able);
      waiting.splice(waiting.indexOf(chosen), 1);
      world.nowMs += 1;
      log.push(`${chosen.process.name}: ${chosen.label}`);
      chosen.go();
      await world.quiet();
      return true;
    },
  };
  return world;
}
