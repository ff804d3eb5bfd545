import { expect } from "chai";
import { type UserLimit, userLimitsTable } from "./user-limit.js";

describe("the table of limits that a user can meet", () => {
  const shown = (limit: Omit<UserLimit, "what" | "passed">) =>
    userLimitsTable([{ what: "It", passed: "no", ...limit }]).split("\n")[2];

  it("writes every number as people do", () => {
    expect(shown({ most: 65_536, unit: "bytes" })).to.equal("| It | 64 KiB | no |");
    expect(shown({ most: 67_108_864, unit: "bytes" })).to.equal("| It | 64 MiB | no |");
    expect(shown({ most: 2_001, unit: "bytes" })).to.equal("| It | 2,001 bytes | no |");
    expect(shown({ most: 2_000, unit: "characters" })).to.equal("| It | 2,000 characters | no |");
    expect(shown({ most: 30_000, unit: "ms" })).to.equal("| It | 30s | no |");
    expect(shown({ from: 60, most: 86_400, unit: "s" })).to.equal("| It | 1m to 1d | no |");
    expect(shown({ most: 10_000 })).to.equal("| It | 10,000 | no |");
  });
});
