import { readFileSync } from "node:fs";
import { parseTimestamp } from "@betrace/contracts";
import { KEY_COMMANDS, OTHER_COMMANDS } from "@betrace/replay";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { type Both, startProcesses, until } from "./testing/processes.js";
import { hasRedisServer, startTestRedisServer, type TestRedisServer } from "./testing/redis-server.js";
import { sendTraces } from "./testing/traces.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
const GUIDE = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
/** The line of the guide that somebody pastes into redis-cli. */
const SETUSER = /^ACL SETUSER betrace .*$/m.exec(GUIDE)?.[0] ?? "";

describe("the Redis user of the operating guide", function () {
  // Processes start in about two seconds on an idle machine, and in many more on a busy one.
  this.timeout(120_000);
  let redis: TestRedisServer;
  let tempo: TempoLite;
  let both: Both;

  it("has the commands that are asked for, and no other", () => {
    const granted = [...SETUSER.matchAll(/ \+(\S+)/g)].map(([, command]) => command);
    expect(granted).to.deep.equal([...KEY_COMMANDS, ...OTHER_COMMANDS].sort());
    expect(SETUSER).to.match(/^ACL SETUSER betrace reset on >PASSWORD ~betrace:\* ~betrace-bull:\* \+/);
  });

  describe("on a redis-server", () => {
    before(async function () {
      if (!hasRedisServer()) return this.skip();
      redis = await startTestRedisServer();
      tempo = await startTempoLite({ httpPort: 0, otlpPort: 0 });
      const [, ...args] = SETUSER.split(" ");
      await redis.admin.call("ACL", ...args);
      const url = new URL(redis.url);
      [url.username, url.password] = ["betrace", "PASSWORD"];
      both = await startProcesses(url.toString(), tempo, { READ_BACK_AFTER: "1s" });
    });
    after(async () => {
      await both?.end();
      await tempo?.close();
      await redis?.close();
    });

    it("is all that both processes need, from a rule to its retention", async () => {
      const { call, callWorker } = both;
      const traces = Array.from({ length: 30 }, (_, index) => [
        { name: index % 3 === 0 ? "bad" : "good", startNs: NOON_NS + BigInt(index) * 60_000_000_000n, durationMs: 5 },
      ]);
      await sendTraces(tempo.otlpUrl, traces);
      await until(
        () => callWorker("GET", "/ready"),
        ({ status }) => status === 200,
      );
      expect((await call("GET", "/ready")).status).to.equal(200);

      const rule = { id: "bad", name: "bad", dsl: 'trace.has(span.name == "bad")' };
      expect((await call("POST", "/v1/rules", rule)).status).to.equal(201);
      expect((await call("PUT", "/v1/rules/bad", { ...rule, name: "worse" })).status).to.equal(200);
      for (const verb of ["disable", "enable"]) await call("POST", `/v1/rules/bad/${verb}`);
      const order = { ...DAY, shard_seconds: 3_600, idempotency_key: "k" };
      const steered = await call("POST", "/v1/rules/bad/replay", order);
      expect(steered.status, JSON.stringify(steered.body)).to.equal(202);
      for (const verb of ["pause", "resume", "cancel"])
        await call("POST", `/v1/replays/${steered.body.replay_id}/${verb}`);
      const whole = await call("POST", "/v1/rules/bad/replay", { ...DAY, shard_seconds: 3_600 });
      const path = `/v1/replays/${whole.body.replay_id}`;
      const ended = await until(
        () => call("GET", path),
        ({ body }) => body.status === "completed",
      );
      expect([ended.body.traces_evaluated, ended.body.violations_found]).to.deep.equal([30, 10]);
      await until(
        () => call("GET", path),
        ({ body }) => body.read_back.status === "done",
      );
      for (const read of [
        "/v1/rules",
        "/v1/rules/bad/versions",
        "/v1/replays",
        `${path}/shards`,
        `${path}/violations`,
        "/v1/violations?rule_id=bad",
        "/v1/violations?service=orders",
        "/metrics",
      ]) {
        expect((await call("GET", read)).status, read).to.equal(200);
      }
      expect((await call("GET", "/metrics")).body).to.include("betrace_redis_up 1");
      expect((await call("DELETE", "/v1/rules/bad")).status).to.equal(204);
      // What outlived its time goes at a reconciler's next look: as though these had ended long ago.
      const [violationId = ""] = (await redis.admin.zrange("betrace:violation-expiry", "0", "0")) as string[];
      await redis.admin.zadd("betrace:violation-expiry", 1, violationId);
      await redis.admin.zadd("betrace:replay-expiry", 1, String(whole.body.replay_id));
      await until(
        () => call("GET", path),
        ({ status }) => status === 404,
      );

      expect(await redis.admin.call("ACL", "LOG"), "what Redis refused").to.deep.equal([]);
      expect(both.lines().join("\n")).not.to.include("Redis cannot be used");
    });

    it("is named where it lacks a command, and both go on when it has it again", async () => {
      const { call, callWorker } = both;
      await redis.admin.call("ACL", "SETUSER", "betrace", "-zadd", "-info");
      for (const ask of [call, callWorker]) {
        const { body } = await until(
          () => ask("GET", "/ready"),
          ({ status }) => status === 503,
        );
        expect(body.redis.error).to.match(/^cannot write: NOPERM, .*no permission for zadd on betrace:/);
      }
      await redis.admin.call("ACL", "SETUSER", "betrace", "+zadd");
      for (const ask of [call, callWorker])
        await until(
          () => ask("GET", "/ready"),
          ({ status }) => status === 200,
        );
    });
  });
});
