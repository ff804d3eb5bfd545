import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { parseTimestamp } from "@betrace/contracts";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { type Both, startBothHere, startProcesses, until } from "./testing/processes.js";
import { hasRedisServer, startTestRedisServer, type TestRedisServer } from "./testing/redis-server.js";
import { sendTraces } from "./testing/traces.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
const TRACES = 400;
const VIOLATIONS = 100;

interface Fault {
  readonly code: string;
  readonly begin: (admin: TestRedisServer["admin"]) => Promise<unknown>;
  readonly end: (admin: TestRedisServer["admin"]) => Promise<unknown>;
}

/** Each comes over a Redis that works, and goes again; no data is lost by it. */
const FAULTS: readonly Fault[] = [
  {
    // A failover behind the same name: what was the primary follows another, here one that never answers.
    code: "READONLY",
    begin: (admin) => admin.replicaof("127.0.0.1", 1),
    end: (admin) => admin.replicaof("NO", "ONE"),
  },
  {
    code: "OOM",
    begin: (admin) => admin.config("SET", "maxmemory", "1mb"),
    end: (admin) => admin.config("SET", "maxmemory", "0"),
  },
  {
    code: "NOPERM",
    begin: (admin) => admin.call("ACL", "SETUSER", "app", "resetkeys", "~other:*"),
    end: (admin) => admin.call("ACL", "SETUSER", "app", "resetkeys", "~*"),
  },
  {
    code: "NOREPLICAS",
    begin: (admin) => admin.config("SET", "min-replicas-to-write", "1"),
    end: (admin) => admin.config("SET", "min-replicas-to-write", "0"),
  },
  {
    // Whoever has the old password is thrown out, and does not get in again.
    code: "WRONGPASS",
    begin: async (admin) => {
      await admin.call("ACL", "SETUSER", "app", "resetpass", ">new");
      await admin.call("CLIENT", "KILL", "USER", "app");
    },
    end: (admin) => admin.call("ACL", "SETUSER", "app", ">old"),
  },
];

describe("a Redis that refuses", function () {
  // Processes start in about two seconds on an idle machine, and in many more on a busy one.
  this.timeout(120_000);
  let redis: TestRedisServer;
  let tempo: TempoLite;
  let both: Both;

  before(async function () {
    if (!hasRedisServer()) return this.skip();
    redis = await startTestRedisServer();
    await redis.admin.call("ACL", "SETUSER", "app", "on", ">old", "~*", "&*", "+@all");
    tempo = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    const traces = Array.from({ length: TRACES }, (_, index) => [
      { name: index % 4 === 0 ? "bad" : "good", startNs: NOON_NS + BigInt(index) * 30_000_000_000n, durationMs: 5 },
    ]);
    await sendTraces(tempo.otlpUrl, traces);
    both = await startProcesses(redis.url.replace("://", "://app:old@"), tempo);
    for (const ask of [both.call, both.callWorker]) {
      await until(
        () => ask("GET", "/ready"),
        ({ status }) => status === 200,
      );
    }
    await both.call("POST", "/v1/rules", { id: "bad", name: "bad", dsl: 'trace.has(span.name == "bad")' });
  });
  after(async () => {
    await both?.end();
    await tempo?.close();
    await redis?.close();
  });

  for (const { code, begin, end } of FAULTS) {
    it(`with ${code} in the middle of a replay is named, in few lines, and all goes on when it is over`, async () => {
      const { call, callWorker } = both;
      const order = { ...DAY, shard_seconds: 600 };
      const accepted = await call("POST", "/v1/rules/bad/replay", order);
      expect(accepted.status, JSON.stringify(accepted.body)).to.equal(202);
      const path = `/v1/replays/${accepted.body.replay_id}`;
      await until(
        () => call("GET", path),
        ({ body }) => body.shards.done > 0,
      );
      const before = both.lines().length;
      await begin(redis.admin);
      for (const ask of [call, callWorker]) {
        const { body } = await until(
          () => ask("GET", "/ready"),
          (answer) => String(answer.body.redis.error).includes(code),
        );
        expect(body).to.nested.include({ status: "not_ready", "redis.ok": false, "tempo.ok": true });
        expect(body.redis.error).to.match(new RegExp(`^cannot write: ${code}, .*What to do: .`));
      }
      const refused = await call("POST", "/v1/rules/bad/replay", order);
      expect([refused.status, refused.body.code]).to.deep.equal([503, "redis_unavailable"]);
      expect(refused.body.detail).to.match(new RegExp(`^Redis cannot be used: ${code}, .*What to do: .`));
      expect(Number(refused.headers.get("retry-after"))).to.be.greaterThan(0);
      for (let asked = 0; asked < 40; asked++) {
        for (const ask of [call, callWorker]) expect((await ask("GET", "/health")).status).to.equal(200);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const during = both.lines().slice(before);
      expect(during.length, during.join("\n")).to.be.at.most(8);

      await end(redis.admin);
      const ended = await until(
        () => call("GET", path),
        ({ body }) => body.status === "completed",
        60_000,
      );
      expect(ended.body).to.include({
        traces_evaluated: TRACES,
        violations_found: VIOLATIONS,
        incomplete_window_count: 0,
      });
      for (const ask of [call, callWorker]) {
        await until(
          () => ask("GET", "/ready"),
          ({ status }) => status === 200,
        );
      }
    });
  }
});

describe("a Redis that fails over behind its name", function () {
  this.timeout(120_000);

  it("is followed without a restart: the new primary gets what the old one refuses", async function () {
    if (!hasRedisServer()) return this.skip();
    const [first, second] = [await startTestRedisServer(), await startTestRedisServer()];
    const tempo = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    await sendTraces(
      tempo.otlpUrl,
      Array.from({ length: 40 }, (_, index) => [
        { name: "bad", startNs: NOON_NS + BigInt(index) * 60_000_000_000n, durationMs: 5 },
      ]),
    );
    // What the name leads to: a new connection goes to the primary of the day, an open one stays where it is.
    const name = await startName(Number(new URL(first.url).port));
    await second.admin.replicaof("127.0.0.1", new URL(first.url).port);
    await until(
      () => second.admin.info("replication"),
      (info) => info.includes("master_link_status:up"),
    );
    const both = await startBothHere(`redis://127.0.0.1:${name.port}`, tempo);
    try {
      const { call } = both;
      const order = { ...DAY, shard_seconds: 300, dsl: 'trace.has(span.name == "bad")' };
      const accepted = await until(
        () => call("POST", "/v1/replays", order),
        ({ status }) => status === 202,
      );
      const path = `/v1/replays/${accepted.body.replay_id}`;
      await until(
        () => call("GET", path),
        ({ body }) => body.shards.done > 0,
      );
      // Hands over without losing a write, and is a replica from then on.
      await first.admin.call("FAILOVER", "TO", "127.0.0.1", new URL(second.url).port);
      name.leadTo(Number(new URL(second.url).port));
      await until(
        () => call("POST", "/v1/rules", { name: "after", dsl: "span.duration > 1s" }),
        ({ status }) => status === 201,
      );
      const ended = await until(
        () => call("GET", path),
        ({ body }) => body.status === "completed",
        90_000,
      );
      expect(ended.body).to.include({ traces_evaluated: 40, violations_found: 40, incomplete_window_count: 0 });
      for (const ask of [call, both.callWorker]) {
        await until(
          () => ask("GET", "/ready"),
          ({ status }) => status === 200,
        );
      }
    } finally {
      await both.end();
      name.close();
      await tempo.close();
      await first.close();
      await second.close();
    }
  });
});

/** A port that leads to another, which can be changed for the connections to come. */
async function startName(port: number) {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(next: number) {
      target = next;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe("what is not a Redis that can be used", function () {
  this.timeout(120_000);
  let tempo: TempoLite;
  let redis: TestRedisServer | undefined;
  before(async () => {
    tempo = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  });
  after(async () => {
    await tempo.close();
    await redis?.close();
  });

  /** Both processes start, run and say why they are not ready. */
  async function saysAtStart(url: string, code: string, env: Readonly<Record<string, string>> = {}): Promise<Both> {
    const both = await startBothHere(url, tempo, env);
    for (const ask of [both.call, both.callWorker]) {
      const { body } = await until(
        () => ask("GET", "/ready"),
        (answer) => String(answer.body.redis.error).includes(`: ${code}, `),
      );
      expect(body.redis.error).to.include("What to do: ");
      expect((await ask("GET", "/health")).status).to.equal(200);
    }
    expect(both.lines().length, both.lines().join("\n")).to.be.at.most(10);
    return both;
  }

  async function withServer(answer: string, test: (url: string) => Promise<void>): Promise<void> {
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await test(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
    }
  }

  it("is named: one in protected mode", () =>
    withServer(
      "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set.\r\n",
      async (url) => (await saysAtStart(url, "DENIED")).end(),
    ));

  it("is named: a web server", () =>
    withServer("HTTP/1.1 400 Bad Request\r\n\r\n", async (url) => (await saysAtStart(url, "NOT_REDIS")).end()));

  it("is named: one that nobody started, under a name with several addresses", async () => {
    await (await saysAtStart("redis://localhost:1", "REFUSED")).end();
  });

  it("is named: one in cluster mode; of a single shard it can be used with braces in the prefix", async function () {
    if (!hasRedisServer()) return this.skip();
    redis = await startTestRedisServer(["--cluster-enabled", "yes"]);
    await redis.admin.cluster("ADDSLOTSRANGE", 0, 16_383);
    await until(
      async () => String(await redis?.admin.cluster("INFO")),
      (info) => info.includes("cluster_state:ok"),
    );
    await (await saysAtStart(redis.url, "CROSSSLOT")).end();

    const both = await startBothHere(redis.url, tempo, { REDIS_PREFIX: "{betrace}" });
    await until(
      () => both.callWorker("GET", "/ready"),
      ({ status }) => status === 200,
    );
    const unsaved = await both.call("POST", "/v1/replays", { ...DAY, dsl: 'trace.has(span.name == "bad")' });
    expect(unsaved.status, JSON.stringify(unsaved.body)).to.equal(202);
    const path = `/v1/replays/${unsaved.body.replay_id}`;
    await until(
      () => both.call("GET", path),
      ({ body }) => body.status === "completed",
    );
    await both.end();
  });

  it("is let in once its user has the password that both were started with", async function () {
    if (!hasRedisServer()) return this.skip();
    const server = await startTestRedisServer();
    await server.admin.call("ACL", "SETUSER", "app", "on", ">other", "~*", "&*", "+@all");
    const both = await saysAtStart(server.url.replace("://", "://app:given@"), "WRONGPASS");
    await server.admin.call("ACL", "SETUSER", "app", ">given");
    for (const ask of [both.call, both.callWorker]) {
      await until(
        () => ask("GET", "/ready"),
        ({ status }) => status === 200,
      );
    }
    await both.end();
    await server.close();
  });
});
