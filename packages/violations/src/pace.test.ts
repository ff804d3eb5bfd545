import { expect } from "chai";
import { createPace } from "./pace.js";

describe("the pace of writing", () => {
  const signal = new AbortController().signal;

  it("lets a burst through at once and the rest at the set rate", async () => {
    const pace = createPace({ spansPerSecond: 10_000, burstSpans: 512 });
    const started = performance.now();
    await pace.take(512, signal);
    expect(performance.now() - started).to.be.below(15);
    await pace.take(512, signal);
    await pace.take(512, signal);
    expect(performance.now() - started).to.be.within(95, 400);
  });

  it("a wait that is aborted gives its share back", async () => {
    const pace = createPace({ spansPerSecond: 1_000, burstSpans: 512 });
    await pace.take(512, signal);
    const reason = new Error("stop");
    const error = await pace.take(512, AbortSignal.abort(reason)).catch((caught: unknown) => caught);
    expect(error).to.equal(reason);
    const started = performance.now();
    await pace.take(50, signal);
    expect(performance.now() - started).to.be.below(200);
  });
});
