import { fileURLToPath } from "node:url";
import { startLocalRedis } from "@betrace/local-redis";
import { expect } from "chai";
import { runMain } from "./testing/run-main.js";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

describe("the API as a process", function () {
  // A process starts in about two seconds on an idle machine, and in many more on a busy one.
  this.timeout(60_000);

  it("says all that is wrong with its settings and exits with 2", async () => {
    const main = runMain(MAIN, { PORT: "http", TEMPO_URL: "tempo:3200", REDIS_URL: "redis//x" });
    expect(await main.exited, main.stderr()).to.equal(2);
    expect(main.stderr())
      .to.match(/PORT.*"http"/)
      .and.match(/TEMPO_URL/)
      .and.match(/REDIS_URL/);
  });

  it("logs JSON lines without secrets, and exits with 0 on SIGTERM", async () => {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    const main = runMain(MAIN, { PORT: "0", REDIS_URL: redis.url, TEMPO_TOKEN: "hunter2" });
    try {
      const { url } = await main.line("api listens");
      expect((await fetch(`${url}/health`)).status).to.equal(200);
      main.kill("SIGTERM");
      expect(await main.exited, main.stderr()).to.equal(0);
      for (const line of main.stdout().trim().split("\n")) {
        expect(JSON.parse(line)).to.include.keys("time", "level", "message");
      }
      expect(main.stdout()).not.to.include("hunter2");
    } finally {
      main.kill("SIGKILL");
      await redis.close();
    }
  });

  it("exits with 0 on SIGTERM also while it still waits for Redis, and where Redis never was", async () => {
    for (const message of ["settings", "api listens"]) {
      const main = runMain(MAIN, { PORT: "0", REDIS_URL: "redis://127.0.0.1:9", SHUTDOWN_GRACE: "1h" });
      await main.line(message);
      main.kill("SIGTERM");
      expect(await main.exited, `${main.stdout()}${main.stderr()}`).to.equal(0);
    }
  });
});
