import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import { expect } from "chai";
import { Redis } from "ioredis";
import { findRedisServer } from "./server-process.js";
import { startLocalRedis } from "./start.js";

const path = process.env.PATH ?? "";
const installed = findRedisServer(path) !== undefined;

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

describe("a local Redis", () => {
  it("is embedded where no redis-server is on the path, and runs Lua and BullMQ jobs", async () => {
    const redis = await startLocalRedis({ path: "" });
    expect(redis.origin).to.equal("embedded");
    expect(redis.persistent).to.equal(false);
    const client = new Redis(redis.url, { maxRetriesPerRequest: null });
    expect(await client.eval("return redis.call('INCRBY', KEYS[1], ARGV[1])", 1, "n", 41)).to.equal(41);
    const queue = new Queue("numbers", { connection: client });
    const seen: number[] = [];
    const worker = new Worker("numbers", async (job) => void seen.push(job.data.n), { connection: client });
    const drained = new Promise<void>((resolve) => worker.on("completed", () => seen.length === 20 && resolve()));
    await queue.addBulk(Array.from({ length: 20 }, (_, n) => ({ name: "n", data: { n }, opts: { priority: n + 1 } })));
    await drained;
    expect([...seen].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, n) => n));
    await worker.close();
    await queue.close();
    client.disconnect();
    await redis.close();
  });

  it("says how its server ended, unless it was told to", async function () {
    if (!installed) return this.skip();
    const told: string[] = [];
    const asked = await startLocalRedis({ path, onLost: (how) => told.push(how) });
    await asked.close();
    const lost = new Promise<string>((resolve) => {
      void startLocalRedis({ path, onLost: resolve }).then(({ url }) => {
        const client = new Redis(url, { retryStrategy: () => null });
        client.on("error", () => {});
        client.shutdown("NOSAVE").catch(() => {});
      });
    });
    expect(await lost).to.equal("exit code 0");
    expect(told).to.deep.equal([]);
  });

  it("listens on the loopback interface only", async function () {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && address.family === "IPv4" && !address.internal);
    if (outside === undefined) return this.skip();
    const redis = await startLocalRedis({ path: "" });
    const port = Number(new URL(redis.url).port);
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({ port, host: outside.address });
      socket.once("connect", () => resolve("connected"));
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    });
    expect(outcome).to.equal("ECONNREFUSED");
    await redis.close();
  });

  it("refuses to pretend when a redis-server is asked for and none is installed", async () => {
    const failure = await startLocalRedis({ path: "", kind: "server" }).catch((error: unknown) => error);
    expect(String(failure)).to.contain("expected redis-server or valkey-server on the PATH");
  });

  it("keeps what was written when a redis-server has a data folder", async function () {
    if (!installed) return this.skip();
    const dataDir = join(mkdtempSync(join(tmpdir(), "betrace-redis-")), "redis");
    const first = await startLocalRedis({ path, dataDir });
    expect(first.persistent).to.equal(true);
    const writer = new Redis(first.url);
    await writer.set("kept", "yes");
    writer.disconnect();
    await first.close();
    const second = await startLocalRedis({ path, dataDir });
    const reader = new Redis(second.url);
    expect(await reader.get("kept")).to.equal("yes");
    reader.disconnect();
    await second.close();
  });

  it("ends its redis-server even when this process is killed", async function () {
    if (!installed) return this.skip();
    const script = `
      import { startLocalRedis } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
      const redis = await startLocalRedis({ path: process.env.PATH, kind: "server" });
      console.log(redis.url);
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    const port = Number(new URL(printed.toString().trim()).port);
    expect(await connects(port)).to.equal(true);
    child.kill("SIGKILL");
    const giveUpAt = Date.now() + 10_000;
    while ((await connects(port)) && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await connects(port)).to.equal(false);
  });

  it("says what the server said when its port is taken", async function () {
    if (!installed) return this.skip();
    const first = await startLocalRedis({ path, kind: "server" });
    const port = Number(new URL(first.url).port);
    const failure = await startLocalRedis({ path, kind: "server", port }).catch((error: unknown) => error);
    expect(String(failure)).to.contain(`did not start on 127.0.0.1:${port}`);
    await first.close();
  });
});
