import { expect } from "chai";
import { troubleOf } from "./trouble.js";

const well = { ok: true, milliseconds: 1 };
const ill = (error: string) => ({ ok: false, error, milliseconds: 1 });

describe("what the badge says", () => {
  it("is nothing while all is well, or not known", () => {
    expect(troubleOf(undefined)).to.equal(undefined);
    expect(troubleOf({ status: "ready", redis: well, tempo: well })).to.equal(undefined);
  });

  it("is that Redis refuses, if it does, and that it is away only if it is", () => {
    const words = (error: string) => troubleOf({ status: "not_ready", redis: ill(error), tempo: well })?.words;
    expect(words("cannot write: OOM, Redis has reached its maxmemory (“…”). What to do: raise it.")).to.equal(
      "Redis cannot write: OOM",
    );
    expect(words("cannot be reached: REFUSED, nothing listens there (“…”).")).to.equal(
      "Redis cannot be reached: REFUSED",
    );
  });

  it("names both, with every reason behind it", () => {
    expect(
      troubleOf({
        status: "not_ready",
        redis: ill("cannot be reached: TIMEOUT, it does not answer in time"),
        tempo: ill("no answer within 1500 ms"),
      }),
    ).to.deep.equal({
      words: "Tempo cannot be used, Redis cannot be reached: TIMEOUT",
      reasons: "Tempo: no answer within 1500 ms\nRedis: cannot be reached: TIMEOUT, it does not answer in time",
    });
  });
});
