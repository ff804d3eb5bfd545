import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { BIN, betrace, type Running, startBetrace } from "../testing/run-betrace.js";
import { SILENCES, startSilentServer } from "../testing/silent-server.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const RULE = 'id: slow\nname: Slow\ndsl: trace.has(span.name == "db.query")\n';
const NOBODY = "http://127.0.0.1:9";

describe("the betrace command", function () {
  this.timeout(120_000);
  let folder: string;
  let rule: string;
  let wrong: string;
  let traces: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "betrace-ends-"));
    [rule, wrong, traces] = [join(folder, "r.yaml"), join(folder, "wrong.yaml"), join(folder, "t.jsonl")];
    await writeFile(rule, RULE);
    await writeFile(wrong, RULE.replace("span.name", "span.nam"));
    await writeFile(traces, manyTraces(2_000));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe("whose reader has gone", () => {
    const cases = (): [code: number, args: string[]][] => [
      [0, ["check", rule]],
      [1, ["replay", "slow"]],
      [2, ["check", rule, wrong]],
      [4, ["replay", "--rule-file", rule, "--traces", "/nowhere", "--json"]],
      [5, ["rules", "list", "--server", NOBODY]],
    ];
    it("ends as it would have, whatever it had to say", async () => {
      const ends = cases().map(async ([code, args]) => ({ args, code, found: await inShell("| true", args) }));
      for (const { args, code, found } of await Promise.all(ends)) expect(found, args.join(" ")).to.equal(code);
    });

    it("ends as it would have, whenever the reader went", async () => {
      const args = ["replay", "--rule-file", rule, "--traces", traces, "--fail-on-violation", "--json"];
      const redirected = ["| head -c 1 >/dev/null", "2>&1 | true", "2>&1 >/dev/null | true", ">&- 2>&-"];
      const ends = await Promise.all(redirected.map((to) => inShell(to, args)));
      expect(ends).to.deep.equal(redirected.map(() => 3));
    });

    it("says with 1 that its answer could not be written", async function () {
      const full = await open("/dev/full", "w").catch(() => undefined);
      if (full === undefined) return this.skip();
      await full.close();
      expect(await inShell(">/dev/full", ["check", rule])).to.equal(1);
    });
  });

  describe("that waits", () => {
    const waiting: readonly string[][] = [
      ["rules", "list"],
      ["rules", "get", "slow"],
      ["rules", "delete", "slow"],
      ["replay", "slow", "--since", "1h"],
      ["status", "rp_1", "--wait"],
      ["cancel", "rp_1"],
      ["violations", "slow", "--format", "csv"],
    ];

    async function interrupted(args: readonly string[], says: string, signal: "SIGINT" | "SIGTERM") {
      const server = await startSilentServer(says);
      const asked = server.asked();
      const running = startBetrace([...args, "--timeout", "1h", "--server", `http://127.0.0.1:${server.port}`]);
      await asked;
      running.child.kill(signal);
      const { code, err } = await running.ended;
      server.close();
      return { args, signal, code, err };
    }

    it("for a server is ended by one signal, however far that got with its answer", async () => {
      const runs = [
        interrupted(["rules", "list"], SILENCES["sends half of its answer"], "SIGTERM"),
        interrupted(["rules", "apply", rule], "", "SIGINT"),
        interrupted(["status", "rp_1", "--wait"], SILENCES["sends its headers alone"], "SIGINT"),
        interrupted(["replay", "slow", "--since", "1h"], "", "SIGTERM"),
      ];
      for (const { args, signal, code, err } of await Promise.all(runs)) {
        const expected = signal === "SIGINT" ? [130, "betrace: interrupted\n"] : [143, "betrace: terminated\n"];
        expect([code, err], args.join(" ")).to.deep.equal(expected);
      }
    });

    for (const [how, says] of Object.entries(SILENCES)) {
      it(`for a server that ${how} gives up in time with 5, and says how long it waited for whom`, async () => {
        const server = await startSilentServer(says);
        const url = `http://127.0.0.1:${server.port}`;
        for (const args of waiting) {
          const { code, err } = await betrace([...args, "--timeout", "100ms", "--server", url]);
          expect(code, args.join(" ")).to.equal(5);
          expect(err).to.include(`${url} did not answer `).and.include("within 0.1 s").and.include("--timeout");
        }
        server.close();
      });
    }

    it("refuses a time limit that is none", async () => {
      for (const limit of ["10", "0", "soon", "30d"]) {
        const { code, err } = await betrace(["rules", "list", "--timeout", limit]);
        expect([code, err.includes("--timeout: expected a duration such as 10s")], limit).to.deep.equal([1, true]);
      }
    });

    it("for a pipe that nobody writes to is ended by one signal", async () => {
      const runs = ["a", "b"].map(async (name) => {
        const pipe = join(folder, name);
        await new Promise((resolve) => spawn("mkfifo", [pipe]).once("close", resolve));
        const args = name === "a" ? ["replay", "--rule-file", rule, "--traces", pipe] : ["check", pipe];
        const running = startBetrace(args);
        const writer = await openedForWriting(pipe);
        running.child.kill("SIGTERM");
        expect((await running.ended).err, args.join(" ")).to.equal("betrace: terminated\n");
        await writer.close();
      });
      await Promise.all(runs);
    });
  });

  describe("up", () => {
    const env = { PORT: "0", TEMPO_URL: NOBODY, LOG_LEVEL: "error", SHUTDOWN_GRACE: "5s" };

    it("ends on one signal if Redis never was, or says nothing", async () => {
      const silent = await startSilentServer("");
      const runs = [9, silent.port].map(async (port) => {
        const running = startBetrace(["up"], { ...env, REDIS_URL: `redis://127.0.0.1:${port}` });
        await endsInTime(running, () => running.child.kill("SIGTERM"));
      });
      await Promise.all(runs);
      silent.close();
    });

    it("ends where it was started by npm, which is told to end", async () => {
      const npm = spawn("npm", ["run", "--ignore-scripts", "up"], {
        cwd: ROOT,
        env: { PATH: process.env.PATH, ...env, REDIS_URL: "redis://127.0.0.1:9" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      let out = "";
      // Closed when the last process that writes to it has ended, not npm alone.
      const closed = new Promise<void>((resolve) => npm.once("close", resolve));
      await new Promise<void>((resolve) => {
        npm.stdout.on("data", (chunk: Buffer) => {
          out += chunk;
          if (out.includes("Stop with Ctrl-C")) resolve();
        });
      });
      npm.kill("SIGTERM");
      await closed;
      expect(out).to.include("Stopping.");
    });
  });
});

async function endsInTime(running: Running, stop: () => void): Promise<void> {
  await running.said("Stop with Ctrl-C.");
  stop();
  const { code, out, err } = await running.ended;
  expect([code, out.includes("Stopping."), err.includes("not everything had ended")]).to.deep.equal([0, true, false]);
}

/** The exit code of the command in a pipe of bash's, whatever the others in it end with. */
function inShell(redirected: string, args: readonly string[]): Promise<number | null> {
  const script = `"${process.execPath}" "${BIN}" "$@" ${redirected}; exit \${PIPESTATUS[0]}`;
  return new Promise((resolve) => {
    spawn("bash", ["-c", script, "bash", ...args], { stdio: "ignore" }).once("close", resolve);
  });
}

/** Opening waits for a reader, unless it is told not to. */
async function openedForWriting(pipe: string) {
  for (;;) {
    try {
      return await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
      await sleep(20);
    }
  }
}

function manyTraces(count: number): string {
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, "a"),
    spanId: (index + 1).toString(16).padStart(16, "b"),
    name: "db.query",
    startTimeUnixNano: `${1_700_000_000_000_000_000n + BigInt(index) * 1_000_000n}`,
    endTimeUnixNano: `${1_700_000_000_000_000_005n + BigInt(index) * 1_000_000n}`,
  }));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}
