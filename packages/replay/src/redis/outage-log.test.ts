import { expect } from "chai";
import { redisFaultOf } from "./fault.js";
import { createOutageLog } from "./outage-log.js";

describe("the log of an outage", () => {
  let nowMs: number;
  let lines: { readonly atSeconds: number; readonly message: string; readonly fields: object }[];
  let outages: ReturnType<typeof createOutageLog>;
  const readOnly = redisFaultOf("READONLY", "READONLY You can't write");
  const refused = redisFaultOf("REFUSED", "connect ECONNREFUSED");

  beforeEach(() => {
    nowMs = 0;
    lines = [];
    const write = (message: string, fields: object = {}) => lines.push({ atSeconds: nowMs / 1_000, message, fields });
    outages = createOutageLog({ info: write, warn: write, error: write }, () => nowMs);
  });

  /** A fault every 10 ms, as a loop without a pause would report it. */
  function reportFor(seconds: number): void {
    for (const until = nowMs + seconds * 1_000; nowMs < until; nowMs += 10) outages.down(readOnly);
  }

  it("says the reason once, that it goes on ever more rarely, and how long it was", () => {
    reportFor(600);
    outages.up();
    expect(lines.map(({ atSeconds, message }) => `${atSeconds} ${message}`)).to.deep.equal([
      "0 Redis cannot be used",
      "60 Redis still cannot be used",
      "180 Redis still cannot be used",
      "420 Redis still cannot be used",
      "600 Redis can be used again",
    ]);
    expect(lines[0]?.fields).to.include({ code: "READONLY", said: "You can't write" });
    expect(lines[4]?.fields).to.deep.equal({ seconds: 600, codes: ["READONLY"] });
  });

  it("says a further reason once, and nothing when nothing was wrong", () => {
    outages.up();
    for (let round = 0; round < 50; round++) {
      outages.down(refused);
      outages.down(readOnly);
    }
    expect(lines.map(({ fields }) => Reflect.get(fields, "code"))).to.deep.equal(["REFUSED", "READONLY"]);
  });

  it("says at most four lines a minute of a Redis that comes and goes, and how many it left out", () => {
    for (; nowMs < 60_000; nowMs += 500) {
      outages.down(readOnly);
      outages.up();
    }
    expect(lines).to.have.length(4);
    outages.down(readOnly);
    expect(lines[4]?.fields).to.include({ linesLeftOut: 236 });
  });
});
