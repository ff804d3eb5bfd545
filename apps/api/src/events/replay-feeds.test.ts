import { setTimeout as sleep } from "node:timers/promises";
import type { ReplayAnswer } from "@betrace/contracts";
import { expect } from "chai";
import { createReplayFeeds, type ReplayFeeds, type Watcher } from "./replay-feeds.js";

const EVERY_MS = 5;
const GONE = new Error("gone");

describe("the feeds of replays that are watched", () => {
  let replay: Partial<ReplayAnswer>;
  let failure: Error | undefined;
  let reads: number;
  let errors: number;
  /** Set: reads wait for it. */
  let held: Promise<void> | undefined;
  let feeds: ReplayFeeds;

  beforeEach(() => {
    replay = { status: "running", traces_evaluated: 0, duration_seconds: 0 };
    failure = undefined;
    [reads, errors] = [0, 0];
    held = undefined;
    feeds = createReplayFeeds({
      async read() {
        reads++;
        await held;
        if (failure !== undefined) throw failure;
        return { ...replay } as ReplayAnswer;
      },
      everyMs: EVERY_MS,
      onError: () => errors++,
      isGone: (error) => error === GONE,
    });
  });
  afterEach(() => feeds.close());

  /** Writes down what it is told. */
  function listener(): Watcher & { readonly told: string[] } {
    const told: string[] = [];
    return {
      told,
      snapshot: (json, ended) => told.push(`snapshot${ended ? " of the end" : ""} ${json}`),
      update: (json) => told.push(`update ${json}`),
      end: (json) => told.push(`end ${json}`),
      close: () => told.push("close"),
    };
  }

  async function watch(): Promise<{ readonly told: string[]; readonly stop: () => void }> {
    const listening = listener();
    const stop = (await feeds.open("r")).watch(listening);
    return { told: listening.told, stop };
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await sleep(1);
  }

  it("cost one read however many begin to watch at once, and tell each one thing", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, watch));
    expect(reads).to.equal(1);
    const snapshot = 'snapshot {"status":"running","traces_evaluated":0,"duration_seconds":0}';
    for (const { told } of many) expect(told).to.deep.equal([snapshot]);
  });

  it("cost those who watch nothing when others come, whatever has changed since", async () => {
    const first = await watch();
    for (let n = 1; n <= 200; n++) {
      replay = { ...replay, traces_evaluated: n };
      await watch();
    }
    expect(first.told).to.have.length(1);
    expect(reads).to.equal(1);
  });

  it("tell what changed to all alike, in the same text, and nothing when only the clock moved on", async () => {
    const first = await watch();
    replay = { ...replay, duration_seconds: 1 };
    const before = reads;
    await until(() => reads > before + 2);
    expect(first.told).to.have.length(1);
    replay = { ...replay, traces_evaluated: 7, duration_seconds: 2 };
    const late = await watch();
    await until(() => first.told.length === 2 && late.told.length === 2);
    expect(first.told[1]).to.equal('update {"traces_evaluated":7,"duration_seconds":2}');
    expect(late.told[1]).to.contain('"traces_evaluated":7');
  });

  it("leave everyone with the same replay, whenever he came and whatever changed there and back", async () => {
    const all = [await watch()];
    for (let n = 0; n < 50; n++) {
      replay = { ...replay, status: n % 3 === 0 ? "paused" : "running", traces_evaluated: n };
      if (n % 5 === 0) all.push(await watch());
      await sleep(n % 2);
    }
    replay = { ...replay, status: "running", traces_evaluated: 1_000 };
    const known = (told: readonly string[]) =>
      Object.assign({}, ...told.map((line) => JSON.parse(line.slice(line.indexOf("{")))));
    await until(() => all.every(({ told }) => known(told).traces_evaluated === 1_000));
    for (const { told } of all) expect(known(told)).to.include({ status: "running", traces_evaluated: 1_000 });
  });

  it("say the end once, and begin again for who comes after it", async () => {
    const first = await watch();
    replay = { ...replay, status: "completed" };
    await until(() => first.told.length === 2);
    const whole = '{"status":"completed","traces_evaluated":0,"duration_seconds":0}';
    expect(first.told[1]).to.equal(`end ${whole}`);
    expect((await watch()).told).to.deep.equal([`snapshot of the end ${whole}`, `end ${whole}`]);
    replay = { ...replay, status: "running" };
    expect((await watch()).told).to.have.length(1);
  });

  it("read nothing when nobody watches any more, and afresh when somebody comes again", async () => {
    const { stop } = await watch();
    stop();
    await sleep(3 * EVERY_MS);
    const before = reads;
    await sleep(3 * EVERY_MS);
    expect(reads).to.equal(before);
    replay = { ...replay, traces_evaluated: 9 };
    expect((await watch()).told[0]).to.contain('"traces_evaluated":9');
  });

  it("give nobody an old answer while reads fail: who comes then hears of it, and those who watch stay", async () => {
    const first = await watch();
    failure = new Error("Redis is down");
    await until(() => errors > 0);
    const refused = await feeds.open("r").catch((error: unknown) => error);
    expect(refused).to.equal(failure);
    failure = undefined;
    replay = { ...replay, traces_evaluated: 3 };
    const late = await watch();
    expect(late.told[0]).to.contain('"traces_evaluated":3');
    await until(() => first.told.length === 2);
    expect(first.told[1]).to.contain('"traces_evaluated":3');
  });

  it("end for a replay that is no longer kept", async () => {
    const { told } = await watch();
    failure = GONE;
    await until(() => told.at(-1) === "close");
    expect(await feeds.open("r").catch((error: unknown) => error)).to.equal(GONE);
  });

  it("close everyone, and whoever comes while they do", async () => {
    const first = await watch();
    feeds.close();
    expect(first.told.at(-1)).to.equal("close");
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const late = watch();
    release();
    expect((await late).told.at(-1)).to.equal("close");
    await sleep(3 * EVERY_MS);
    expect(reads).to.equal(2);
  });
});
