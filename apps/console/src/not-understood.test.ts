import { expect } from "chai";
import { notUnderstood } from "./not-understood.js";

describe("an address's query", () => {
  const said = (page: Parameters<typeof notUnderstood>[0], search: string) =>
    notUnderstood(page, search).map(({ name, value, meant }) => [name, value, meant]);

  it("that the page understands is not spoken of", () => {
    expect(said("violations", "?rule=a&service=b&severity=high&order=oldest&start=x&end=y&trace=1&span=2")).to.be.empty;
    expect(said("plan", "?last=24h&emit=no&shard=300")).to.be.empty;
    expect(said("new-rule", "?template=slow-query&dsl=x&name=y&try=15m")).to.be.empty;
    expect(said("home", "")).to.be.empty;
  });

  it("is named where the page does not know it, with what was probably meant", () => {
    expect(said("violations", "?rule=a&severty=high")).to.deep.equal([["severty", "high", "severity"]]);
    expect(said("violations", "?rule_id=a")).to.deep.equal([["rule_id", "a", "rule"]]);
    expect(said("violations", "?rule=a&ruel=b")).to.deep.equal([["ruel", "b", undefined]]);
    expect(said("home", "?q=x")).to.deep.equal([["q", "x", undefined]]);
    expect(said("replay", "?x=%22%3Cb%3E")).to.deep.equal([["x", '"<b>', undefined]]);
  });

  it("is named where it has a value that would be passed over, or stands twice", () => {
    expect(said("plan", "?emit=false")).to.deep.equal([["emit", "false", undefined]]);
    expect(said("rule", "?try=3y")).to.deep.equal([["try", "3y", undefined]]);
    expect(said("new-rule", "?template=slow")).to.deep.equal([["template", "slow", undefined]]);
    expect(said("violations", "?severity=high&severity=low")).to.deep.equal([["severity", "low", undefined]]);
  });
});
