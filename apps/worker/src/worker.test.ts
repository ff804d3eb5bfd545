import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startLocalRedis } from "@betrace/local-redis";
import { expect } from "chai";
import { parseWorkerConfig } from "./settings.js";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN], { env: { PATH: process.env.PATH, ...env } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return { child, output };
}

describe("a worker as a process", () => {
  it("refuses settings that cannot be used, all at once", () => {
    const attempt = () => parseWorkerConfig({ WORKER_CONCURRENCY: "0", OTEL_EXPORTER_OTLP_ENDPOINT: "tempo:4318" });
    expect(attempt).to.throw(/OTEL_EXPORTER_OTLP_ENDPOINT.*\n.*WORKER_CONCURRENCY.*"0"/);
  });

  it("serves health, readiness and metrics, and exits with 0 on SIGTERM", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const { child, output } = run({
      WORKER_PORT: "0",
      REDIS_URL: redis.url,
      TEMPO_URL: "http://127.0.0.1:9",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=hunter2",
    });
    const exited = once(child, "exit");
    try {
      while (!output.stdout.includes("worker runs")) await Promise.race([once(child.stdout, "data"), exited]);
      const line = output.stdout.split("\n").find((one) => one.includes("worker runs"));
      const url = `http://127.0.0.1:${JSON.parse(line ?? "").port}`;
      expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ status: "healthy" });
      const ready = await fetch(`${url}/ready`);
      expect([ready.status, await ready.json()]).to.deep.equal([
        503,
        { status: "not_ready", redis: true, tempo: false },
      ]);
      expect(await (await fetch(`${url}/metrics`)).text()).to.match(/^betrace_worker_active_shards 0$/m);
      child.kill("SIGTERM");
      expect((await exited)[0], output.stderr).to.equal(0);
      expect(output.stdout).not.to.include("hunter2");
    } finally {
      child.kill("SIGKILL");
      await redis.close();
    }
  });
});
