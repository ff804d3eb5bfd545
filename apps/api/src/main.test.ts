import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startLocalRedis } from "@betrace/local-redis";
import { expect } from "chai";

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

describe("the API as a process", () => {
  it("says all that is wrong with its settings and exits with 2", async () => {
    const { child, output } = run({ PORT: "http", TEMPO_URL: "tempo:3200", REDIS_URL: "redis//x" });
    expect((await once(child, "exit"))[0]).to.equal(2);
    expect(output.stderr)
      .to.match(/PORT.*"http"/)
      .and.match(/TEMPO_URL/)
      .and.match(/REDIS_URL/);
  });

  it("logs JSON lines without secrets, and exits with 0 on SIGTERM", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const { child, output } = run({ PORT: "0", REDIS_URL: redis.url, TEMPO_TOKEN: "hunter2" });
    const exited = once(child, "exit");
    try {
      while (!output.stdout.includes("api listens")) await Promise.race([once(child.stdout, "data"), exited]);
      const lines = output.stdout.trim().split("\n");
      const listens = JSON.parse(lines.find((line) => line.includes("api listens")) ?? "");
      expect((await fetch(`${listens.url}/health`)).status).to.equal(200);
      child.kill("SIGTERM");
      expect((await exited)[0], output.stderr).to.equal(0);
      for (const line of output.stdout.trim().split("\n"))
        expect(JSON.parse(line)).to.include.keys("time", "level", "message");
      expect(output.stdout).not.to.include("hunter2");
    } finally {
      child.kill("SIGKILL");
      await redis.close();
    }
  });
});
