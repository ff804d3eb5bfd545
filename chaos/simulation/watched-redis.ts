import type { Redis } from "ioredis";
import type { Process, World } from "./world.js";

/** How a connection may misbehave while faults are on. */
export interface RedisFaults {
  /** Read anew at each command. */
  on(): boolean;
  /** Told of each fault that was really injected. */
  injected(what: string): void;
  /** A caller that never gives up (a worker) sends a command whose reply was lost again; one that does (the API) hears an error. */
  readonly patient: boolean;
  /** Told of each script's answer, in the order in which Redis gave them. */
  readonly answered?: (args: readonly unknown[], reply: unknown) => void;
}

/**
 * A connection as one process has it: every command waits for its turn, and its reply may be lost after Redis did what it was
 * asked. The commands themselves run on a real Redis.
 */
export function watchedRedis(world: World, process: Process, redis: Redis, faults: RedisFaults): Redis {
  const { random } = world;
  let loading = false;
  return new Proxy(redis, {
    get(target, name) {
      const command: unknown = Reflect.get(target, name);
      if (typeof command !== "function") return command;
      return async (...args: unknown[]) => {
        const label = name === "eval" ? "evalsha" : String(name);
        const call = () =>
          world.effect(async () => {
            const reply: unknown = await Reflect.apply(command, target, args);
            if (label === "evalsha") faults.answered?.(args, reply);
            // A set has no order, and the one in which it comes is another on each server: the story must be the seed's.
            return label === "smembers" ? (reply as string[]).sort() : reply;
          });
        // Whether Redis knows a script already depends on earlier seeds, so its text goes out in the same step as its hash.
        if (!loading) await world.gate(process, label);
        loading = false;
        if (name !== "eval" && faults.on() && !faults.patient && random.oneIn(60)) {
          faults.injected("redis: not sent");
          throw new Error("Connection is closed.");
        }
        const answered = await call().catch((error: unknown) => {
          loading = error instanceof Error && error.message.startsWith("NOSCRIPT");
          throw error;
        });
        if (!faults.on()) return answered;
        if (random.oneIn(40)) {
          faults.injected("redis: reply lost");
          if (!faults.patient) throw new Error("Connection is closed.");
          await world.gate(process, `${label} again`);
          return call();
        }
        // A process may die, or be overtaken, between an effect and hearing of it.
        if (random.oneIn(2)) await world.gate(process, `${label} answered`);
        return answered;
      };
    },
  });
}
