import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import type { Request, RequestHandler, Response } from "express";
import { pace, waitsForItsTurn } from "./pace.js";
import { route } from "./route.js";

describe("the pace of requests", () => {
  const passed: string[] = [];
  beforeEach(() => {
    passed.length = 0;
  });
  const arrivals = (handle: RequestHandler) => (method: string, name: string) =>
    handle({ method } as Request, {} as Response, () => passed.push(name));

  it("lets N through per turn of the event loop, in order, and the others at once if they need not wait", async () => {
    const arrive = arrivals(pace(3, ({ method }) => method !== "GET"));
    for (let n = 1; n <= 8; n++) arrive("POST", `${n}`);
    arrive("GET", "read");
    expect(passed.join(" ")).to.equal("read");
    await turn();
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3");
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3 4 5 6");
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3 4 5 6 7 8");
    arrive("PUT", "9");
    await turn();
    await turn();
    expect(passed.at(-1)).to.equal("9");
  });

  it("lets nobody through in a turn that brings another, but for no longer than a moment", async () => {
    const arrive = arrivals(pace(3, () => true));
    const startedAt = performance.now();
    let came = 0;
    for (; passed.length === 0; await turn()) arrive("POST", `${++came}`);
    expect(performance.now() - startedAt).to.be.at.least(19);
    expect(passed).to.deep.equal(["1", "2", "3"].slice(0, came));
    while (passed.length < came) await turn();
  });

  it("holds what changes something and what opens an event stream, and no other read", () => {
    const answer = async () => ({ status: 200 });
    const call = { summary: "", problems: [] } as const;
    const waits = waitsForItsTurn([
      route({ ...call, method: "get", path: "/things/{id}", name: "read", answers: { 200: undefined } }, answer),
      route(
        { ...call, method: "get", path: "/things/{id}/events", name: "hear", answers: { 200: "text/event-stream" } },
        answer,
      ),
    ]);
    const held = [
      "GET /things/1",
      "HEAD /things/1",
      "GET /things",
      "GET /things/1/events",
      "HEAD /things/1/events",
      "PUT /things/1",
    ]
      .map((line) => line.split(" "))
      .filter(([method = "", path = ""]) => waits({ method, path }));
    expect(held.map((line) => line.join(" "))).to.deep.equal([
      "GET /things/1/events",
      "HEAD /things/1/events",
      "PUT /things/1",
    ]);
  });
});
