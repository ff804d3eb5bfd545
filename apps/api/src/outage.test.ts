import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { startLocalRedis } from "@betrace/local-redis";
import { expect } from "chai";
import { parseApiConfig } from "./settings.js";
import { type Api, startApi } from "./start.js";
import { recordingLog } from "./testing/recording-log.js";
import { caller } from "./testing/stack.js";

const { log } = recordingLog();

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  return { value: await work, ms: performance.now() - startedAt };
}

describe("an outage", () => {
  it("of Redis makes calls fail with 503 within a second, and ends by itself", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const port = Number(new URL(redis.url).port);
    const api = await startApi(parseApiConfig({ REDIS_URL: redis.url, TEMPO_URL: "http://127.0.0.1:9", PORT: "0" }), {
      log,
    });
    const call = caller(api.url);
    try {
      expect((await call("GET", "/v1/rules")).status).to.equal(200);
      await redis.close();
      for (const [method, path, body] of [
        ["GET", "/v1/rules", undefined],
        ["POST", "/v1/rules", { name: "x", dsl: "span.duration > 1s" }],
        ["GET", "/v1/violations", undefined],
        ["GET", "/v1/replays/rp_1", undefined],
      ] as const) {
        const { value, ms } = await timed(call(method, path, body));
        expect([value.status, value.body.code], JSON.stringify(value.body)).to.deep.equal([503, "redis_unavailable"]);
        expect(ms).to.be.lessThan(1_000);
      }
      expect((await call("GET", "/health")).body).to.deep.equal({ status: "healthy" });
      expect((await call("GET", "/metrics")).body).to.include("betrace_redis_up 0");
      const ready = await call("GET", "/ready");
      expect([ready.status, ready.body.redis.ok, ready.body.tempo.ok]).to.deep.equal([503, false, false]);

      const back = await startLocalRedis({ path: process.env.PATH ?? "", port });
      let status = 0;
      for (let i = 0; i < 60 && status !== 200; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        status = (await call("GET", "/v1/rules")).status;
      }
      expect(status).to.equal(200);
      await api.close();
      await back.close();
    } finally {
      await api.close();
    }
  });

  it("of Redis at the start ends by itself too, and replays are taken then", async () => {
    const path = process.env.PATH ?? "";
    const first = await startLocalRedis({ path });
    await first.close();
    const api = await startApi(parseApiConfig({ REDIS_URL: first.url, TEMPO_URL: "http://127.0.0.1:9", PORT: "0" }), {
      log,
    });
    const call = caller(api.url);
    const submit = () =>
      call("POST", "/v1/replays", {
        dsl: "span.duration > 1s",
        start_time: "2024-03-01T00:00:00Z",
        end_time: "2024-03-02T00:00:00Z",
      });
    try {
      expect((await call("GET", "/health")).status).to.equal(200);
      expect((await submit()).status).to.equal(503);
      const redis = await startLocalRedis({ path, port: Number(new URL(first.url).port) });
      try {
        let last = await submit();
        for (let i = 0; i < 60 && last.status === 503; i += 1) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          last = await submit();
        }
        expect(last.status, JSON.stringify(last.body)).to.equal(202);
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect((await call("GET", "/metrics")).body).to.match(/^betrace_queue_jobs\{state="waiting"\} [1-9]/m);
      } finally {
        await api.close();
        await redis.close();
      }
    } finally {
      await api.close();
    }
  });

  it("of Tempo is called Tempo's, however alike its connection fails", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const settings = { REDIS_URL: redis.url, PORT: "0" };
    // Refused at an address, refused at each address of a name, no such name, and no TLS where it was asked for.
    const notTls = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => notTls.listen(0, "127.0.0.1", resolve));
    const { port } = notTls.address() as AddressInfo;
    try {
      for (const url of [
        "http://127.0.0.1:9",
        "http://localhost:9",
        "http://nobody.invalid",
        `https://127.0.0.1:${port}`,
      ]) {
        const api = await startApi(parseApiConfig({ ...settings, TEMPO_URL: url }), { log });
        try {
          const call = caller(api.url);
          const ready = await call("GET", "/ready");
          expect([ready.status, ready.body.redis.ok, ready.body.tempo.ok], url).to.deep.equal([503, true, false]);
          const trace = await call("GET", `/v1/traces/${"a".repeat(32)}`);
          const said = `${url} ${JSON.stringify(trace.body)}`;
          expect([trace.status, trace.body.code], said).to.deep.equal([503, "tempo_unavailable"]);
          expect(trace.body.detail).not.to.include("Redis");
        } finally {
          await api.close();
        }
      }
    } finally {
      notTls.close();
      await redis.close();
    }
  });

  it("that hangs is named by /ready within two seconds", async () => {
    const sockets = new Set<{ destroy(): void }>();
    const blackHole = createServer((socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => blackHole.listen(0, "127.0.0.1", resolve));
    const { port } = blackHole.address() as AddressInfo;
    let api: Api | undefined;
    try {
      api = await startApi(
        parseApiConfig({ REDIS_URL: `redis://127.0.0.1:${port}`, TEMPO_URL: `http://127.0.0.1:${port}`, PORT: "0" }),
        { log },
      );
      const call = caller(api.url);
      const { value, ms } = await timed(call("GET", "/ready"));
      expect(ms).to.be.lessThan(2_000);
      expect([value.status, value.body.status]).to.deep.equal([503, "not_ready"]);
      expect(value.body.tempo.error).to.be.a("string");
      const rules = await timed(call("GET", "/v1/rules"));
      expect(rules.value.status).to.equal(503);
      expect(rules.ms).to.be.lessThan(2_500);
      expect((await call("GET", "/health")).status).to.equal(200);
    } finally {
      for (const socket of sockets) socket.destroy();
      await api?.close();
      blackHole.close();
    }
  });
});
