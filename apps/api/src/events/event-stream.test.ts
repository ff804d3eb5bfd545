import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { createEventStream } from "./event-stream.js";

const OPTIONS = { heartbeatMs: 10_000, maxBacklogBytes: 1_000, reconnectMs: 2_000 };

describe("an event stream", () => {
  it("writes events as the HTML standard says, with JSON on one line", () => {
    const to = new PassThrough();
    const stream = createEventStream(to, OPTIONS);
    stream.send("update", JSON.stringify({ text: "two\nlines" }));
    stream.end();
    expect(String(to.read())).to.equal('retry: 2000\n\nid: 1\nevent: update\ndata: {"text":"two\\nlines"}\n\n');
  });

  it("says a comment when nothing happens", async () => {
    const to = new PassThrough();
    const stream = createEventStream(to, { ...OPTIONS, heartbeatMs: 5 });
    await sleep(30);
    stream.end();
    expect(String(to.read())).to.contain("\n\n: still here\n\n");
  });

  it("cuts off a client that does not read", () => {
    const to = new PassThrough({ writableHighWaterMark: 10, readableHighWaterMark: 10 });
    const stream = createEventStream(to, OPTIONS);
    for (let i = 0; i < 100 && !to.destroyed; i++) stream.send("update", "x".repeat(100));
    expect(to.destroyed).to.equal(true);
    expect(to.writableLength).to.be.below(2_000);
    stream.send("update", "to nobody");
    stream.end();
  });
});
