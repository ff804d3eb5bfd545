import type { Redis } from "ioredis";
import { createAsked } from "./asked.js";
import { createCast } from "./cast.js";
import { lookAt, type SeenReplay } from "./ledger-view.js";
import { Broken, checkEnd, checkMoment } from "./promises.js";
import { disturb } from "./storm.js";
import { createStory } from "./story.js";

/** How one seed went. */
export interface SeedReport {
  readonly seed: number;
  readonly steps: number;
  /** Faults that were really injected, by name. */
  readonly faults: ReadonlyMap<string, number>;
  /** How its replays ended. */
  readonly states: readonly string[];
  readonly staleWrites: number;
  /** Undefined where every promise held; else which one did not, with what had happened. */
  readonly broken: string | undefined;
}

/** Faults come during so many steps; then everything gets the time to end. */
const MIN_STORM = 60;
const MAX_STORM = 260;
/** A replay that has not ended after so many undisturbed steps never will. */
const CALM_STEPS = 6_000;
/** Steps of the storm between two looks at the ledger. */
const LOOK_EVERY = 8;
const ENDED = ["completed", "failed", "cancelled"];
/** Of what happened before a promise was broken, so much is told. */
const TOLD = 60;

/** Runs the story of one seed on a Redis, under a prefix of its own, and checks the promises all along. */
export async function runSeed(seed: number, redis: Redis): Promise<SeedReport> {
  const story = createStory(seed, redis);
  const { world, random, jobs, fences, prefix, shards, traces, written } = story;
  const cast = createCast(story);
  const asked = createAsked(story, cast);
  const seen = new Map<string, SeenReplay>();

  async function check(): Promise<void> {
    for (const id of await asked.known()) {
      const now = await lookAt(redis, prefix, id);
      if (now === undefined) throw new Broken(`the replay ${id} is gone`);
      checkMoment(seen.get(id), now, asked.retried);
      seen.set(id, now);
    }
  }

  /** No more faults: whoever is left finishes. */
  async function calm(): Promise<void> {
    story.storm = false;
    story.injected("calm");
    for (const worker of cast.alive()) if (worker.frozen) cast.thaw(worker);
    if (cast.alive().length === 0) cast.addWorker();
    await asked.known();
    if (asked.ids.size === 0) asked.submit();
    for (let step = 0; step < CALM_STEPS; step++) {
      if (step % 7 === 0) cast.nextJob();
      if (await world.step()) continue;
      await check();
      const over = [...seen.values()].every(({ fields }) => ENDED.includes(fields.state ?? ""));
      if (seen.size > 0 && over && jobs.all.size === 0) return;
      const [paused] = [...seen].filter(([, { fields }]) => fields.state === "paused" && fields.cancel !== "1");
      if (paused !== undefined && random.oneIn(2)) asked.steer(random.oneIn(3) ? "cancel" : "resume", paused[0]);
      cast.reclaimStalled();
      cast.ripen();
      await cast.cancelPoll();
      cast.nextJob();
      await cast.leaseRunsOut();
      cast.startReconciling();
    }
  }

  asked.submit();
  if (random.oneIn(3)) asked.submit();
  for (let workers = 1 + random.below(3); workers > 0; workers--) cast.addWorker();
  const length = MIN_STORM + random.below(MAX_STORM - MIN_STORM);
  let broken: string | undefined;
  try {
    await world.quiet();
    for (let step = 0; step < length; step++) {
      await disturb(story, cast, asked);
      await world.quiet();
      if (step % LOOK_EVERY === 0) await check();
      fences.check();
    }
    await calm();
    fences.check();
    for (const id of await asked.known()) {
      const replay = await lookAt(redis, prefix, id);
      if (replay === undefined) throw new Broken(`the replay ${id} is gone`);
      checkEnd(replay, traces, { shards }, written);
    }
  } catch (error) {
    const what = error instanceof Broken ? error.message : String(error instanceof Error ? error.stack : error);
    broken = `seed ${seed}: ${what}\n  ${world.log.slice(-TOLD).join("\n  ")}`;
  }
  cast.leave();
  const states = [...seen.values()].map(({ fields }) => fields.state ?? "");
  return { seed, steps: world.log.length, faults: story.faults, states, staleWrites: story.staleWrites, broken };
}
