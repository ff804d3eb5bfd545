import type { Asked } from "./asked.js";
import type { Cast } from "./cast.js";
import type { Story } from "./story.js";

/** Most workers at a time. */
const MAX_WORKERS = 3;
/** Of so many, the shares below; the rest is a step of somebody who waits. */
const ALL = 1_800;

type Turn = (story: Story, cast: Cast, asked: Asked) => void | Promise<void>;

/** What may happen next, with its share. What cannot happen leaves it to the next that can. */
const TURNS: readonly (readonly [share: number, can: (story: Story, cast: Cast, asked: Asked) => boolean, Turn])[] = [
  [250, always, (_, cast) => cast.nextJob()],
  [40, always, (_, cast) => cast.ripen()],
  [20, always, (_, cast) => cast.cancelPoll()],
  [30, always, (_, cast) => cast.startReconciling()],
  [10, always, (_, cast) => cast.leaseRunsOut()],
  [20, always, (_, cast) => cast.reclaimStalled()],
  [25, (_, cast) => cast.alive().length > 0, killWorker],
  [35, (_, cast) => cast.alive().length < MAX_WORKERS, (_, cast) => cast.addWorker()],
  [15, (_, cast) => cast.awake().length > 0, freezeWorker],
  [30, always, thawWorker],
  [10, always, deliverTwice],
  [15, always, loseJob],
  [7, (_, cast) => cast.awake().length > 0, letGo],
  [5, always, killApi],
  [5, (_, cast) => cast.reconciles(), killReconciler],
  [4, hasReplays, ({ random }, _, asked) => asked.steer("cancel", random.pick([...asked.ids]))],
  [14, hasReplays, ({ random }, _, asked) => asked.steer("pause", random.pick([...asked.ids]))],
  [20, hasReplays, ({ random }, _, asked) => asked.steer("resume", random.pick([...asked.ids]))],
  [15, hasReplays, ({ random }, _, asked) => asked.steer("retry", random.pick([...asked.ids]))],
];

/** One thing happens: work goes on, or a fault comes. */
export async function disturb(story: Story, cast: Cast, asked: Asked): Promise<void> {
  const roll = story.random.below(ALL);
  let end = 0;
  for (const [share, can, turn] of TURNS) {
    end += share;
    if (roll < end && can(story, cast, asked)) return turn(story, cast, asked);
  }
  await story.world.step();
}

function always(): boolean {
  return true;
}

function hasReplays(_story: Story, _cast: Cast, { ids }: Asked): boolean {
  return ids.size > 0;
}

function killWorker({ random, injected }: Story, cast: Cast): void {
  const worker = random.pick(cast.alive());
  injected(cast.runsOf(worker).length > 0 ? "worker: killed at work" : "worker: killed idle");
  cast.kill(worker);
}

function freezeWorker({ random, injected }: Story, cast: Cast): void {
  injected("worker: frozen");
  random.pick(cast.awake()).frozen = true;
}

function thawWorker({ random }: Story, cast: Cast): void {
  const cold = cast.alive().filter((worker) => worker.frozen);
  if (cold.length > 0) cast.thaw(random.pick(cold));
}

function deliverTwice({ random, injected, jobs }: Story, cast: Cast): void {
  const active = jobs.of("active");
  if (active.length === 0) return;
  injected("queue: delivered twice");
  const free = cast.awake();
  if (free.length > 0) cast.deliver(random.pick(active).id, random.pick(free));
}

function loseJob({ random, injected, jobs }: Story): void {
  const held = [...jobs.all.keys()];
  if (held.length === 0) return;
  injected("queue: job lost");
  jobs.all.delete(random.pick(held));
}

/** As at SIGTERM: it hands back what it runs. */
function letGo({ random, injected }: Story, cast: Cast): void {
  const worker = random.pick(cast.awake());
  injected("worker: lets go");
  for (const run of cast.runsOf(worker)) run.controller.abort(new Error("closing"));
}

function killApi({ injected }: Story, cast: Cast): void {
  injected("api: killed");
  cast.replaceApi();
}

function killReconciler({ injected }: Story, cast: Cast): void {
  injected("reconciler: killed");
  cast.killReconciler();
}
