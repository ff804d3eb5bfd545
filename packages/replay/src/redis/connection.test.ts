import { once } from "node:events";
import { connect as dial, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Redis } from "ioredis";
import { SILENT } from "../testing/lab.js";
import { startTestRedis, testPrefix } from "../testing/redis.js";
import { memorySource } from "../testing/traces.js";
import { systemClock } from "../system.js";
import { createShardWorker } from "../worker.js";
import { connect } from "./connection.js";

/** A way to Redis that can be cut: what is open breaks, and new connections are refused. */
async function startCuttable(targetUrl: string) {
  const open = new Set<Socket>();
  let onBlocked = () => {};
  const blocked = new Promise<void>((resolve) => {
    onBlocked = resolve;
  });
  const server = createServer((near) => {
    const far = dial(Number(new URL(targetUrl).port), "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (chunk: Buffer) => chunk.includes("bzpopmin") && onBlocked());
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** A worker waits for its next job. */
    blocked,
    cut() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** A worker's own: one for commands, one that it blocks on, one of its queue. */
const CONNECTIONS = 3;

describe("a connection to Redis", () => {
  it("ends when it is told to while it waits to try again, and fails what waits with it", async () => {
    const redis = connect({ url: "redis://127.0.0.1:1" }, { maxRetriesPerRequest: null, retryStrategy: () => 60_000 });
    redis.on("error", () => {});
    const asked = redis.ping().catch((error: Error) => error.message);
    await new Promise<void>((resolve) => redis.once("reconnecting", () => resolve()));
    const ended = new Promise<void>((resolve) => redis.once("end", () => resolve()));
    redis.disconnect();
    await ended;
    expect(await asked).to.equal("Connection is closed.");
    expect(redis.status).to.equal("end");
  });

  it("is made with a password that Redis does not ask for, and nothing but the log is written to", async () => {
    // As Redis 7 answers `AUTH password`, and an old one or a proxy `HELLO`.
    const answers = new Map([
      ["hello", "-ERR unknown command 'HELLO'\r\n"],
      ["auth", "-ERR AUTH <password> called without any password configured for the default user.\r\n"],
      ["info", "$13\r\nredis_mode:a\r\n\r\n"],
    ]);
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        for (const [, name = ""] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
          socket.write(answers.get(name.toLowerCase()) ?? "");
        }
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const warned: unknown[] = [];
    const { warn } = console;
    console.warn = (text) => warned.push(text);
    const redis = connect({ url: `redis://:needless@127.0.0.1:${(server.address() as AddressInfo).port}` });
    try {
      await once(redis, "ready");
    } finally {
      console.warn = warn;
      redis.disconnect();
      server.close();
    }
    expect(warned).to.deep.equal([]);
  });

  it("of a worker that is closed while Redis is away does not hold it up", async () => {
    const server = await startTestRedis();
    const way = await startCuttable(server.url);
    const redis = new Redis(server.url);
    let broken = 0;
    let onAllBroken = () => {};
    const allBroken = new Promise<void>((resolve) => {
      onAllBroken = resolve;
    });
    // Later than the test may take: no attempt comes to the worker's help.
    const retryStrategy = () => {
      if (++broken === CONNECTIONS) onAllBroken();
      return 60_000;
    };
    const prefix = testPrefix();
    const worker = createShardWorker({
      redis,
      connection: { url: way.url, options: { maxRetriesPerRequest: null, retryStrategy } },
      tempo: memorySource([]),
      writer: undefined,
      clock: systemClock,
      log: SILENT,
      keyPrefix: prefix,
      queuePrefix: prefix.replaceAll(":", ""),
    });
    await way.blocked;
    way.cut();
    await allBroken;
    await worker.close();
    redis.disconnect();
    await server.close();
  });
});
