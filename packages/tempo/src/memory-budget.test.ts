import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import { memoryBudget } from "./memory-budget.js";

const never = new AbortController().signal;

describe("a memory budget", () => {
  it("lets those wait for whom too little is free, and serves them in order", async () => {
    const budget = memoryBudget(10);
    const served: string[] = [];
    const ask = async (name: string, amount: number): Promise<() => void> => {
      const release = await budget.take(amount, never);
      served.push(name);
      return release;
    };
    const first = await ask("first", 6);
    const large = ask("large", 7);
    // It would fit beside the first, and would starve the large one if it went before it.
    const small = ask("small", 2);
    await nextTurn();
    expect(served).to.deep.equal(["first"]);
    first();
    first();
    await Promise.all([large, small]);
    expect(served).to.deep.equal(["first", "large", "small"]);
  });

  it("gives all of it to one that asks for more than there is", async () => {
    const budget = memoryBudget(10);
    const release = await budget.take(1_000, never);
    const next = budget.take(1, never);
    release();
    (await next)();
  });

  it("forgets one that is aborted while it waits, and serves those behind it", async () => {
    const budget = memoryBudget(10);
    const release = await budget.take(5, never);
    const controller = new AbortController();
    const large = budget.take(10, controller.signal).then(
      () => "served",
      (error: unknown) => error,
    );
    const small = budget.take(5, never);
    controller.abort(new Error("cancelled"));
    expect(await large)
      .to.be.instanceOf(Error)
      .with.property("message", "cancelled");
    (await small)();
    release();
    (await budget.take(10, never))();
  });
});
