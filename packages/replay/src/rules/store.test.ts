import { expect } from "chai";
import { Redis } from "ioredis";
import { ReplayError } from "../errors.js";
import { startTestRedis, type TestRedis, testPrefix } from "../testing/redis.js";
import { isRuleId, slugOf } from "./rule-id.js";
import { createRuleStore, type RuleStore } from "./store.js";

const DSL = 'trace.has(span.name == "retry")';

describe("the rule store", () => {
  let server: TestRedis;
  let redis: Redis;
  let store: RuleStore;
  let nowNs = 1_000_000_000n;

  before(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });
  beforeEach(() => {
    nowNs = 1_000_000_000n;
    store = createRuleStore({ redis, clock: { nowNs: () => nowNs }, keyPrefix: testPrefix() });
  });

  async function refusal(work: Promise<unknown>): Promise<ReplayError> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ReplayError);
    return error as ReplayError;
  }

  it("keeps a rule as it was given, with what was left out filled in", async () => {
    const rule = await store.create({ id: "pii-audit-soc2-cc6.1", name: "PII", dsl: DSL });
    expect(rule).to.deep.equal({
      id: "pii-audit-soc2-cc6.1",
      version: 1,
      name: "PII",
      description: "",
      dsl: DSL,
      severity: "medium",
      enabled: true,
      annotations: {},
      createdAtMs: 1_000,
      updatedAtMs: 1_000,
    });
    expect(await store.get("pii-audit-soc2-cc6.1")).to.deep.equal(rule);
  });

  it("merges the marks in the text with the annotations beside it", async () => {
    const rule = await store.create({
      name: "PII",
      dsl: `@SOC2(controls = {CC6_1}) ${DSL}`,
      annotations: { soc2_control: "CC7.2", team: "data" },
    });
    expect(rule.annotations).to.deep.equal({ compliance_framework: "SOC2", soc2_control: "CC6.1,CC7.2", team: "data" });
  });

  it("of two rules made at once under one id, one is refused", async () => {
    const both = await Promise.allSettled([1, 2].map(() => store.create({ id: "same", name: "n", dsl: DSL })));
    expect(both.map((result) => result.status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    expect((await refusal(store.create({ id: "same", name: "n", dsl: DSL }))).code).to.equal("rule_id_taken");
  });

  it("makes an id from the name, another one where that is taken", async () => {
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await store.create({ name: "Slow DB, no retry!", dsl: DSL })).id);
    expect(ids).to.deep.equal(["slow-db-no-retry", "slow-db-no-retry-2", "slow-db-no-retry-3"]);
  });

  it("a text with errors is refused with all of them, and leaves nothing behind", async () => {
    const error = await refusal(store.create({ id: "bad", name: "n", dsl: "trace.has(span.nmae == 1) and sapn.x" }));
    expect(error.code).to.equal("rule_rejected");
    expect(error.ruleErrors.length).to.be.at.least(1);
    expect((await store.list()).items).to.deep.equal([]);
    expect((await refusal(store.versions("bad"))).code).to.equal("rule_not_found");
  });

  it("a change of what shapes violations makes a version, any other does not", async () => {
    await store.create({ id: "r", name: "n", dsl: DSL });
    nowNs = 2_000_000_000n;
    expect((await store.update("r", { description: "d" })).version).to.equal(1);
    expect((await store.setEnabled("r", false)).version).to.equal(1);
    expect((await store.update("r", { dsl: "false" })).version).to.equal(2);
    expect((await store.update("r", { dsl: "false" })).version).to.equal(2);
    expect((await store.update("r", { severity: "critical" })).version).to.equal(3);
    expect((await store.update("r", { annotations: { team: "a" } })).version).to.equal(4);
    expect(await store.get("r")).to.include({ version: 4, enabled: false, description: "d", updatedAtMs: 2_000 });
    expect((await store.versions("r")).map(({ version, dsl }) => [version, dsl])).to.deep.equal([
      [4, "false"],
      [3, "false"],
      [2, "false"],
      [1, DSL],
    ]);
  });

  it("changes made at the same time all take effect", async () => {
    await store.create({ id: "r", name: "n", dsl: DSL });
    await Promise.all(
      Array.from({ length: 5 }, (_, i) => store.update("r", { dsl: `count(span.name == "a") > ${i}` })),
    );
    expect(await store.get("r")).to.include({ version: 6 });
    expect(await store.versions("r")).to.have.length(6);
  });

  it("a deleted rule is gone, its versions stay, and a rule made anew counts on", async () => {
    await store.create({ id: "r", name: "n", dsl: DSL });
    await store.delete("r");
    expect((await refusal(store.get("r"))).code).to.equal("rule_not_found");
    expect((await refusal(store.delete("r"))).code).to.equal("rule_not_found");
    expect(await store.versions("r")).to.have.length(1);
    expect((await store.create({ id: "r", name: "n", dsl: DSL })).version).to.equal(2);
  });

  it("lists in order of id, page by page, whatever is added meanwhile", async () => {
    for (const id of ["c", "a", "e"]) await store.create({ id, name: id, dsl: DSL, enabled: id !== "c" });
    const first = await store.list({ limit: 2 });
    expect(first.items.map((rule) => rule.id)).to.deep.equal(["a", "c"]);
    await store.create({ id: "b", name: "b", dsl: DSL });
    const second = await store.list({ limit: 2, cursor: first.nextCursor });
    expect(second.items.map((rule) => rule.id)).to.deep.equal(["e"]);
    expect(second.nextCursor).to.equal(undefined);
    expect((await store.list({ enabled: true })).items.map((rule) => rule.id)).to.deep.equal(["a", "b", "e"]);
    expect((await refusal(store.list({ cursor: "%%%" }))).code).to.equal("cursor_invalid");
  });

  it("an id is safe in a URL, a key and a query", () => {
    for (const id of ["a", "slow-db", "pii-audit-soc2-cc6.1", "A_b.9"]) expect(isRuleId(id), id).to.equal(true);
    for (const id of ["", "-a", "a-", "a b", "a:b", "a/b", 'a"', "ä", "a".repeat(129), ".."]) {
      expect(isRuleId(id), id).to.equal(false);
    }
    expect([slugOf("Über-Café 1.2 "), slugOf("???")]).to.deep.equal(["uber-cafe-1.2", "rule"]);
  });
});
