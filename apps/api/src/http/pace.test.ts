import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import type { Request, Response } from "express";
import { pace, waitsForItsTurn } from "./pace.js";
import { route } from "./route.js";

describe("the pace of requests", () => {
  it("lets so many through per turn of the event loop, in order, and those at once that need not wait", async () => {
    const handle = pace(3, ({ method }) => method !== "GET");
    const passed: string[] = [];
    const arrive = (method: string, name: string) =>
      handle({ method } as Request, {} as Response, () => passed.push(name));
    for (let n = 1; n <= 7; n++) arrive("POST", `${n}`);
    arrive("GET", "read");
    expect(passed.join(" ")).to.equal("read");
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3");
    arrive("DELETE", "8");
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3 4 5 6");
    await turn();
    expect(passed.join(" ")).to.equal("read 1 2 3 4 5 6 7 8");
    arrive("PUT", "9");
    await turn();
    expect(passed.at(-1)).to.equal("9");
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
