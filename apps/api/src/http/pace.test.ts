import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import type { Request, Response } from "express";
import { pace } from "./pace.js";

describe("the pace of requests that change something", () => {
  it("lets so many through per turn of the event loop, in order, and reads at once", async () => {
    const handle = pace(3);
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
});
