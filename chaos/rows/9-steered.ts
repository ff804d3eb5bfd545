import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Api } from "@betrace/api";
import type { ShardWorker } from "@betrace/replay";
import { must, type Row } from "../row.js";
import { type Seeded, seeded } from "../seeded.js";
import { lookAt } from "../simulation/ledger-view.js";
import { checkMoment } from "../simulation/promises.js";
import type { HttpFault } from "../stage/http-faults.js";
import { type Answer, call, serveApi } from "../stage/serve-api.js";
import { spawnWorker } from "../stage/spawn-worker.js";
import { type Stage, startStage } from "../stage/stage.js";
import { edgesOf, readStateTables, type StateTables } from "../stage/state-tables.js";
import { type Moment, type StateChange, type StateWatch, watchStates } from "../stage/state-watch.js";
import { RANGE_SECONDS, RANGE_START_NS, TRACES, VIOLATIONS } from "../stage/traces.js";

const VERBS = ["cancel", "pause", "resume", "retry"] as const;
type Verb = (typeof VERBS)[number];
/** A cancelled replay has little more to tell. */
const STEPS: readonly Verb[] = [
  "cancel",
  ...Array<Verb>(4).fill("pause"),
  ...Array<Verb>(4).fill("resume"),
  "retry",
  "retry",
];

/** How a story begins; from there chance tells it. The first three walk edges that chance alone hardly ever comes to. */
const OPENINGS = [
  "a worker is killed",
  "a part of a shard is unreadable",
  "it fails while paused",
  ...Array<"as it comes">(6).fill("as it comes"),
] as const;

const ENDED = ["completed", "failed", "cancelled"];
/** What may answer a verb at a moment; whether a replay of many is full is not at issue here. */
const EXPECTED: Readonly<Record<Verb, (now: Moment) => number>> = {
  cancel: () => 200,
  pause: ({ state, cancel }) => (cancel || ENDED.includes(state) ? 409 : 200),
  resume: ({ state, cancel }) => (cancel || state !== "paused" ? 409 : 200),
  retry: ({ state, cancel, retryable }) => (cancel || state === "cancelled" || !retryable ? 409 : 200),
};

/** What an answer of 200 to a verb says of the replay: what that verb made of it, whatever others made of it afterwards. */
const SAID: Readonly<Record<Verb, (status: string, cancelRequested: boolean) => boolean>> = {
  cancel: (status, cancelRequested) => ENDED.includes(status) || cancelRequested,
  pause: (status, cancelRequested) => status === "paused" && !cancelRequested,
  resume: (status, cancelRequested) => (status === "queued" || status === "running") && !cancelRequested,
  retry: (status, cancelRequested) => !ENDED.includes(status) && !cancelRequested,
};

/** After so long no request of a cancelled replay reaches Tempo. */
const CANCEL_PROMISE_MS = 2_000;
/** Between Redis's clock in one process and a request's arrival in another. */
const SAME_INSTANT_MS = 250;
const LANES = 2;
/** Long enough for a busy machine to renew it in time; a worker that is robbed of it is replaced as quickly. */
const LOCK_MS = 5_000;
const LONG_SHARD_SECONDS = 1_800;
const STORIES = { short: 12, full: 60 };
/** A limit against standing still, not a promise. */
const ENDS_WITHIN_MS = 180_000;
/** Stories go on beyond their number until a replay was cancelled at work and, at full length, every edge was walked; up to so many. */
const MOST_STORIES = 250;

const START_SECONDS = Number(RANGE_START_NS / 1_000_000_000n);
const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();

interface Figures {
  stories: number;
  steps: number;
  calls: number;
  refused: number;
  cancels: number;
  lastAfterCancelMs: number;
  /** Cancelled replays of which a worker still ran that had been overtaken, and so was unknown to the ledger. */
  unknownWorkers: number;
  /** The longest that this process, in which all but Redis runs, was late for anything after a cancel. */
  latestMs: number;
  exact: number;
  readonly edges: Map<string, number>;
}

/** Every verb, twice, from two clients, at any point of a replay's life; the model is the state table as it stands in the docs. */
export const steered: Row = {
  id: "9",
  title: "cancel, pause, resume and retry at any point, twice, from two clients",
  async run({ seed, scale }) {
    const tables = readStateTables();
    const wanted = [
      ...edgesOf(tables.replay).map((edge) => `replay ${edge}`),
      ...edgesOf(tables.shard).map((edge) => `shard ${edge}`),
    ];
    const figures: Figures = {
      stories: 0,
      steps: 0,
      calls: 0,
      refused: 0,
      cancels: 0,
      lastAfterCancelMs: 0,
      unknownWorkers: 0,
      latestMs: 0,
      exact: 0,
      edges: new Map(),
    };
    const missing = () => wanted.filter((edge) => !figures.edges.has(edge));
    const missed = () => figures.cancels === 0 || (scale === "full" && missing().length > 0);
    const more = () => figures.stories < STORIES[scale] || (missed() && figures.stories < MOST_STORIES);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(seed * LANES + lane, tables, figures, more)));
    if (scale === "full") must(missing().length === 0, `never walked: ${missing().join(", ")}`);
    must(figures.cancels > 0, "nothing was cancelled while it ran");
    const walked = wanted.filter((edge) => figures.edges.has(edge));
    return [
      `${figures.stories} replays, ${figures.steps} steps, ${figures.calls} calls in pairs from two clients (${figures.refused} refused with 409): every answer justified by the state table`,
      `${walked.length} of ${wanted.length} edges of the two state tables, each as often as: ${walked.map((edge) => `${edge} ${figures.edges.get(edge)}`).join(", ")}; no other edge`,
      `${figures.cancels} cancelled at work: no request to Tempo later than ${figures.lastAfterCancelMs} ms after the call was answered (promise ${CANCEL_PROMISE_MS} ms; this process was up to ${figures.latestMs.toFixed(0)} ms late), nothing ran when "cancelled" was said but, in ${figures.unknownWorkers}, workers that had lost their shard`,
      `${figures.exact} replays that were not cancelled, tried again until nothing was missing: the answer is the undisturbed one`,
    ];
  },
};

async function runLane(seed: number, tables: StateTables, figures: Figures, more: () => boolean): Promise<void> {
  let checked = 0;
  const random = seeded(seed);
  const stage = await startStage();
  // Redis never leaves here: one that answers after seconds is a busy machine.
  const patient = { REDIS_TIMEOUT: "30s" };
  const clients = [await serveApi(stage, patient), await serveApi(stage, patient)] as const;
  const watch = await watchStates(stage.redisChild.url);
  try {
    // Nothing is injected yet, and a busy machine is to be waited for.
    stage.worker({ tempo: { requestTimeoutMs: 30_000 }, worker: { lockMs: LOCK_MS } });
    const cleanRule = await stage.newRule();
    const cleanId = await stage.submit(cleanRule);
    const ended = await stage.until(cleanId, ENDS_WITHIN_MS);
    must(
      ended.tracesEvaluated === TRACES && ended.violationsFound === VIOLATIONS,
      `the undisturbed run is wrong: ${ended.tracesEvaluated} traces, ${ended.violationsFound} violations, ${ended.incompleteWindows[0]?.reason ?? "no incomplete window"}`,
    );
    const clean = verdictsOf(await stage.answer(cleanId, cleanRule));
    await stage.stopWorkers();
    while (more()) {
      figures.stories++;
      const story = createStory(stage, clients, watch, random, figures);
      await story.tell();
      const exact = await story.end(clean);
      if (exact) figures.exact++;
      for (const change of watch.changes.slice(checked)) walk(tables, change, figures);
      checked = watch.changes.length;
    }
  } catch (error) {
    throw new Error(`lane of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    watch.close();
    for (const client of clients) await client.close();
    await stage.close();
  }
}

/** What may not depend on how a replay was steered: all but how it was cut. */
function verdictsOf(answer: unknown): unknown {
  const { shards: _, ...verdicts } = answer as Record<string, unknown>;
  return verdicts;
}

/** Counts an edge of the tables; throws for one that they do not have. */
function walk(tables: StateTables, { shardId, from, to, replayId }: StateChange, figures: Figures): void {
  const kind = shardId === undefined ? "replay" : "shard";
  const legal = tables[kind].get(from)?.has(to) === true;
  must(legal, `${kind} ${replayId} ${shardId ?? ""} went from ${from} to ${to}, which no table allows`);
  const edge = `${kind} ${from} → ${to}`;
  figures.edges.set(edge, (figures.edges.get(edge) ?? 0) + 1);
}

const TOO_LARGE: HttpFault = { kind: "status", status: 500, body: "response larger than the max (2 vs 1)" };

function covers(path: string, second: number): boolean {
  const query = new URL(path, "http://x").searchParams;
  return Number(query.get("start")) <= second && Number(query.get("end")) > second;
}

/** One replay's life, told by chance. */
function createStory(stage: Stage, clients: readonly [Api, Api], watch: StateWatch, random: Seeded, figures: Figures) {
  const arrivals: { readonly atMs: number; readonly path: string }[] = [];
  let mode: (path: string) => HttpFault | undefined = () => undefined;
  stage.tempo.reset();
  stage.tempo.fault = (path) => {
    arrivals.push({ atMs: Date.now(), path });
    return mode(path);
  };
  let ruleId = "";
  let replayId = "";
  let cancelAnsweredMs: number | undefined;
  const workers: ShardWorker[] = [];
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const opening = random.pick(OPENINGS);
  const maxTracesPerShard = opening !== "a part of a shard is unreadable" && random.oneIn(2) ? 20 : 1_000;
  const worker = () =>
    void workers.push(
      stage.worker({
        tempo: { random: () => 0.1 },
        worker: {
          lockMs: LOCK_MS,
          cancelPollMs: 1_000,
          shard: { maxTracesPerShard, maxCrashes: 1_000, retryPauseMs: 50 },
        },
      }),
    );
  const lastMoment = () => {
    const moment = watch.moments(replayId).at(-1);
    if (moment === undefined) throw new Error("the replay was never seen in Redis");
    return moment;
  };

  /** The same verb, or two, from both clients at once; each answer must be right at some moment between the question and all answers. */
  async function steer(first: Verb, second: Verb): Promise<void> {
    await watch.caughtUp();
    const seen = watch.moments(replayId).length - 1;
    const verbs = [first, second] as const;
    if (cancelAnsweredMs === undefined) loop.reset();
    const answers = await Promise.all(
      verbs.map((verb, index) => call(clients[index === 0 ? 0 : 1], "POST", `/v1/replays/${replayId}/${verb}`)),
    );
    const answeredMs = Date.now();
    await watch.caughtUp();
    const meanwhile = watch.moments(replayId).slice(seen);
    for (const [index, verb] of verbs.entries()) justify(verb, answers[index], meanwhile);
    // A cancel that met an ended replay asked for nothing, even if a retry at the same moment made it run again.
    if (verbs.includes("cancel") && meanwhile.some(({ cancel }) => cancel)) cancelAnsweredMs ??= answeredMs;
  }

  function justify(verb: Verb, answer: Answer | undefined, meanwhile: readonly Moment[]): void {
    figures.calls++;
    if (answer?.status === 409) figures.refused++;
    const moments = JSON.stringify(meanwhile.map(({ state, cancel, retryable }) => [state, cancel, retryable]));
    const right = meanwhile.some((now) => EXPECTED[verb](now) === answer?.status);
    must(right, `${verb} was answered ${answer?.status} ${JSON.stringify(answer?.body)} while it was ${moments}`);
    if (answer?.status !== 200) return;
    const { status, cancel_requested } = answer.body;
    const said = `${verb} answered status ${status}, cancel_requested ${cancel_requested}`;
    must(SAID[verb](status, cancel_requested), `${said}, which it makes of no replay; it was ${moments}`);
    must(
      meanwhile.some(({ state, cancel }) => state === status && cancel === cancel_requested),
      `${said} while it was ${moments}`,
    );
  }

  function chooseMode(): void {
    const second = START_SECONDS + random.below(RANGE_SECONDS);
    const refuse: HttpFault = { kind: "status", status: 401 };
    mode = random.pick<(path: string) => HttpFault | undefined>([
      () => undefined,
      () => undefined,
      () => refuse,
      (path) => (covers(path, second) ? refuse : undefined),
      (path) => (covers(path, second) ? TOO_LARGE : undefined),
      () => (random.oneIn(10) ? { kind: "status", status: 503 } : undefined),
    ]);
  }

  /** It dies with a shard in its hands, which the next worker claims while it still counts as running. */
  async function workerKilled(): Promise<void> {
    const dieAt = { point: "in the scan", nth: 1 } as const;
    must((await spawnWorker(stage, { lockMs: LOCK_MS, maxCrashes: 1_000, dieAt }).gone) === "SIGKILL", "no kill");
    worker();
  }

  /** The shard ends as done, with a hole. */
  async function partUnreadable(): Promise<void> {
    const second = START_SECONDS + RANGE_SECONDS / 4;
    mode = (path) => (path.includes("&q=") && covers(path, second) ? TOO_LARGE : undefined);
    worker();
    const giveUpAt = Date.now() + ENDS_WITHIN_MS;
    while (!ENDED.includes(lastMoment().state) && Date.now() < giveUpAt) {
      await sleep(50);
      await watch.caughtUp();
    }
  }

  /** Its shards, all of them claimed, come to nothing after the pause. */
  async function failsWhilePaused(): Promise<void> {
    mode = () => ({ kind: "hang" });
    worker();
    const giveUpAt = Date.now() + ENDS_WITHIN_MS;
    while (lastMoment().running < RANGE_SECONDS / LONG_SHARD_SECONDS && Date.now() < giveUpAt) {
      await sleep(20);
      await watch.caughtUp();
    }
    await steer("pause", "pause");
    mode = () => ({ kind: "status", status: 401 });
  }

  async function step(): Promise<void> {
    figures.steps++;
    const roll = random.below(100);
    if (roll < 40) {
      const verb = random.pick(STEPS);
      await steer(verb, random.oneIn(4) ? random.pick(VERBS) : verb);
    } else if (roll < 52) worker();
    else if (roll < 60) await stage.stopWorkers();
    else if (roll < 70) chooseMode();
    else if (roll < 76) {
      // Whoever holds a shard loses it to another, as when a worker was silent for too long.
      for (const key of await stage.redis.keys("betrace-bull:*:lock")) await stage.redis.del(key);
      await sleep(random.below(1_500));
    } else await sleep(random.below(250));
  }

  return {
    async tell() {
      ruleId = await stage.newRule();
      if (opening === "as it comes") {
        stage.tempo.delayMs = random.pick([0, 5, 30, 150]);
        if (random.oneIn(2)) worker();
        if (random.oneIn(3)) chooseMode();
      }
      const { status, body } = await call(random.pick(clients), "POST", `/v1/rules/${ruleId}/replay`, {
        start_time: iso(START_SECONDS),
        end_time: iso(START_SECONDS + RANGE_SECONDS),
        shard_seconds: opening === "as it comes" ? random.pick([60, 300, 300, LONG_SHARD_SECONDS]) : LONG_SHARD_SECONDS,
      });
      must(status === 202, `${status} ${JSON.stringify(body)}`);
      replayId = body.replay_id;
      if (opening === "a worker is killed") await workerKilled();
      if (opening === "a part of a shard is unreadable") await partUnreadable();
      if (opening === "it fails while paused") await failsWhilePaused();
      let left = 6 + random.below(12);
      for (let dead = 0; left > 0 && dead < 2; left--) {
        await step();
        await watch.caughtUp();
        const { state, cancel, retryable } = lastMoment();
        if (cancel || (ENDED.includes(state) && !retryable)) dead++;
      }
    },

    /** Everything is well again; true where the replay came to an answer. */
    async end(clean: unknown): Promise<boolean> {
      mode = () => undefined;
      stage.tempo.delayMs = 0;
      worker();
      for (;;) {
        await watch.caughtUp();
        const now = lastMoment();
        if (now.state === "paused" && !now.cancel) await steer("resume", "resume");
        const { state } = await untilSettled();
        if (state === "cancelled" || !(await retryIfAny())) break;
      }
      if (cancelAnsweredMs !== undefined) await checkCancelled(cancelAnsweredMs);
      await stage.stopWorkers();
      loop.disable();
      const ledger = await lookAt(stage.redis, "betrace:", replayId);
      must(ledger !== undefined, "the replay is gone");
      checkMoment(undefined, ledger, false);
      if (lastMoment().state === "cancelled") return false;
      const answer = verdictsOf(await stage.answer(replayId, ruleId));
      const [found, expected] = [JSON.stringify(answer, digits), JSON.stringify(clean, digits)];
      must(isDeepStrictEqual(answer, clean), `steered, the answer is ${found}, undisturbed ${expected}`);
      return true;
    },
  };

  /** A cancelled replay ends wherever it stood, also from a pause. */
  async function untilSettled() {
    return stage.until(replayId, ENDS_WITHIN_MS);
  }

  async function retryIfAny(): Promise<boolean> {
    await watch.caughtUp();
    if (!lastMoment().retryable) return false;
    await steer("retry", "retry");
    return true;
  }

  async function checkCancelled(answeredMs: number): Promise<void> {
    const leftMs = answeredMs + CANCEL_PROMISE_MS + SAME_INSTANT_MS - Date.now();
    if (leftMs > 0) await sleep(leftMs);
    const last = arrivals.at(-1)?.atMs ?? 0;
    // A request that was sent in time is seen, and a poll that was due is made, as late as the process is.
    const lateMs = loop.max / 1e6;
    const [sinceAnswer, late] = [last - answeredMs, `this process was up to ${lateMs.toFixed(0)} ms late`];
    must(
      sinceAnswer <= CANCEL_PROMISE_MS + lateMs,
      `a request came ${sinceAnswer} ms after cancel was answered: ${arrivals.at(-1)?.path}; ${late}`,
    );
    if (lastMoment().state !== "cancelled") return;
    const said = watch.moments(replayId).find(({ state }) => state === "cancelled");
    must(said?.running === 0, `"cancelled" was said while ${said?.running} shards ran`);
    if (arrivals.length === 0) return;
    const sinceSaid = last - said.atMs;
    if (sinceSaid > SAME_INSTANT_MS + lateMs) {
      // Of a worker that lost its shard to another the ledger does not know that it still runs; it hears of the cancel when it next asks.
      await stage.stopWorkers();
      const overtaken = workers.some(({ gauge }) => gauge().shardsOvertaken > 0);
      must(
        overtaken,
        `a request came ${sinceSaid} ms after "cancelled" was said, and no worker had lost a shard; ${late}`,
      );
      figures.unknownWorkers++;
    }
    figures.cancels++;
    figures.latestMs = Math.max(figures.latestMs, lateMs);
    figures.lastAfterCancelMs = Math.max(figures.lastAfterCancelMs, last - answeredMs);
  }
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
