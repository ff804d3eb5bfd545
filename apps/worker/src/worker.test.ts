import { fileURLToPath } from "node:url";
import type { ReadyAnswer } from "@betrace/contracts";
import { startLocalRedis } from "@betrace/local-redis";
import { expect } from "chai";
import { parseWorkerConfig } from "./settings.js";
import { runMain } from "./testing/run-main.js";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

describe("a worker as a process", function () {
  // A process starts in about two seconds on an idle machine, and in many more on a busy one.
  this.timeout(60_000);

  it("refuses settings that cannot be used, all at once", () => {
    const attempt = () => parseWorkerConfig({ WORKER_CONCURRENCY: "0", OTEL_EXPORTER_OTLP_ENDPOINT: "tempo:4318" });
    expect(attempt).to.throw(/OTEL_EXPORTER_OTLP_ENDPOINT.*\n.*WORKER_CONCURRENCY.*"0"/);
  });

  it("serves health, readiness and metrics, and exits with 0 on SIGTERM", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const main = runMain(MAIN, {
      WORKER_PORT: "0",
      REDIS_URL: redis.url,
      TEMPO_URL: "http://127.0.0.1:9",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=hunter2",
    });
    try {
      const url = `http://127.0.0.1:${(await main.line("worker runs")).port}`;
      expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ status: "healthy" });
      const ready = await fetch(`${url}/ready`);
      const said = (await ready.json()) as ReadyAnswer;
      expect([ready.status, said.status, said.redis.ok, said.tempo.ok]).to.deep.equal([503, "not_ready", true, false]);
      expect(said.tempo.error).to.include("ECONNREFUSED");
      expect(await (await fetch(`${url}/metrics`)).text()).to.match(/^betrace_worker_active_shards 0$/m);
      main.kill("SIGTERM");
      expect(await main.exited, main.stderr()).to.equal(0);
      expect(main.stdout()).not.to.include("hunter2");
    } finally {
      main.kill("SIGKILL");
      await redis.close();
    }
  });

  it("does not use up its grace for a Redis that never was", async () => {
    const main = runMain(MAIN, { REDIS_URL: "redis://127.0.0.1:9", SHUTDOWN_GRACE: "1h" });
    await main.line("worker runs");
    main.kill("SIGTERM");
    expect(await main.exited, main.stderr()).to.equal(0);
  });
});
