import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { sendOtlp } from "../demo/otlp.js";
import type { Stack } from "../stack.js";
import { betrace, betraceProcess, startBetrace } from "../testing/run-betrace.js";
import { untilOver } from "../testing/client.js";
import { startTestStack } from "../testing/test-stack.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
const DAY = ["--from", "2024-03-01", "--to", "2024-03-02"];
const RULE = `id: slow
name: Slow query
severity: high
dsl: |
  trace.has(span.name == "db.query" and span.duration > 1s)
`;

/** Five traces, a minute apart; 1 and 3 are slow. */
const REQUESTS = Array.from({ length: 5 }, (_, index) => {
  const startNs = NOON_NS + BigInt(index) * 60_000_000_000n;
  const slow = index % 2 === 1;
  return {
    resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
    scopeSpans: [
      {
        scope: { name: "test" },
        spans: [
          {
            traceId: (index + 1).toString(16).padStart(32, "c"),
            spanId: (index + 1).toString(16).padStart(16, "c"),
            parentSpanId: "",
            name: "db.query",
            kind: 3,
            startTimeUnixNano: startNs.toString(),
            endTimeUnixNano: (startNs + (slow ? 2_000_000_000n : 5_000_000n)).toString(),
            attributes: [],
          },
        ],
      },
    ],
  };
});

describe("the betrace command", function () {
  this.timeout(120_000);
  let folder: string;
  let ruleFile: string;
  let traces: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "betrace-cli-"));
    ruleFile = join(folder, "slow.yaml");
    traces = join(folder, "traces.jsonl");
    await writeFile(ruleFile, RULE);
    await writeFile(traces, REQUESTS.map((one) => `${JSON.stringify({ resourceSpans: [one] })}\n`).join(""));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe("without a server", () => {
    it("checks rules: 0 and their ids, or 2 and every error at its place", async () => {
      const good = await betraceProcess(["check", ruleFile]);
      expect(good).to.deep.equal({ code: 0, out: "1 rule without errors: slow\n", err: "" });
      const wrong = join(folder, "wrong.yaml");
      await writeFile(wrong, RULE.replace("span.name", "span.nam"));
      const bad = await betrace(["check", ruleFile, wrong]);
      expect(bad.code).to.equal(2);
      expect(bad.out).to.equal("");
      expect(bad.err).to.include(`${wrong}:5:13: error: there is no field span.nam\n5 |   trace.has(span.nam ==`);
      expect(bad.err).to.include("1 error, 1 rule without errors.");
    });

    it("replays a file of traces: 0, or 3 where violations are to fail the run", async () => {
      const args = ["replay", "--rule-file", ruleFile, "--traces", traces];
      const plain = await betrace(args);
      expect([plain.code, plain.err]).to.deep.equal([0, ""]);
      expect(plain.out).to.include("5 traces evaluated").and.include("It started at 2024-03-01T12:01:00Z.");
      const failing = await betraceProcess([...args, "--fail-on-violation", "--json"]);
      expect(failing.code).to.equal(3);
      const answer = JSON.parse(failing.out);
      expect(answer).to.include({ traces_evaluated: 5, violations_found: 2 });
      expect(answer.rules[0]).to.include({ rule_id: "slow", first_violation_at: "2024-03-01T12:01:00Z" });
      expect(answer.violations[0]).to.include({ severity: "high", service: "shop", duration_ms: 2_000 });
      const none = await betrace([...args, "--fail-on-violation", "--to", "2024-03-01T12:01:00Z", "--since", "1h"]);
      expect([none.code, none.out.includes("It never happened in this file.")]).to.deep.equal([0, true]);
    });

    it("ends with 4 where the file cannot be read to its end, and says where", async () => {
      const broken = join(folder, "broken.jsonl");
      await writeFile(broken, `${JSON.stringify({ resourceSpans: [REQUESTS[0]] })}\n{"resourceSpans": [`);
      const run = await betrace(["replay", "--rule-file", ruleFile, "--traces", broken, "--fail-on-violation"]);
      expect([run.code, run.out]).to.deep.equal([4, ""]);
      expect(run.err).to.include(`${broken}:2: the document that begins here has no end`);
    });

    it("ends with 1 on wrong usage, and says what to write", async () => {
      const cases: [args: string[], says: string][] = [
        [["replay", "slow"], "say over what time: --since 24h"],
        [["replay", "slow", "--since", "24"], "expected a duration such as 15m, 24h or 30d"],
        [
          ["replay", "slow", "--from", "yesterday"],
          'expected an RFC 3339 time such as 2026-03-01T00:00:00Z, found "yesterday" (a day such as',
        ],
        [["replay", "--traces", traces], "--traces needs no server"],
        [["replay", "slow", "--since", "1h", "--server", "here"], "expected http://host:port"],
        [
          ["violations", "slow", "--severity", "warn"],
          "info, low, warning, medium, error, high, critical. Did you mean warning?",
        ],
        [["status"], "missing required argument 'id'"],
        [["chek"], "(Did you mean check?)"],
        [["check", "/nowhere/r.yaml"], "/nowhere/r.yaml: it cannot be read: there is no such file"],
      ];
      const runs = await Promise.all(cases.map(([args]) => betrace(args)));
      for (const [index, { code, err }] of runs.entries()) {
        expect([code, err]).to.satisfy(
          ([, text]: [number, string]) => code === 1 && text.includes(cases[index]?.[1] ?? ""),
        );
      }
    });

    it("ends with 5 where nobody answers, and says where it looked", async () => {
      const run = await betrace(["rules", "list"], { BETRACE_URL: "http://127.0.0.1:9" });
      expect([run.code, run.out]).to.deep.equal([5, ""]);
      expect(run.err).to.include("no BeTrace API answers at http://127.0.0.1:9").and.include("betrace up");
    });
  });

  describe("with a server", () => {
    let stack: Stack;
    let env: Record<string, string>;
    before(async () => {
      stack = await startTestStack();
      env = { BETRACE_URL: stack.apiUrl };
      await sendOtlp(stack.tempo.otlpUrl, REQUESTS);
    });
    after(() => stack?.close());

    it("applies rules, lists and shows them, and sends nothing while a file has an error", async () => {
      const wrong = join(folder, "two.yaml");
      await writeFile(wrong, `${RULE.replace("id: slow", "id: other")}---\n${RULE.replace("span.name", "span.nam")}`);
      const refused = await betrace(["rules", "apply", wrong], env);
      expect([refused.code, refused.out]).to.deep.equal([2, ""]);
      expect((await betrace(["rules", "list"], env)).err).to.include("There are no rules yet");

      expect((await betrace(["rules", "apply", ruleFile], env)).out).to.equal("slow: made, version 1\n");
      const changed = join(folder, "changed.yaml");
      await writeFile(changed, RULE.replace("high", "critical"));
      expect((await betrace(["rules", "apply", changed], env)).out).to.equal(
        'slow: changed, version 2\n  severity: "high" -> "critical"\n',
      );
      const list = await betrace(["rules", "list"], env);
      expect(list.out).to.match(/^ID +SEVERITY +VERSION +LAST REPLAY\nslow +critical +2 +never\n$/);
      expect(JSON.parse((await betrace(["rules", "get", "slow", "--json"], env)).out).severity).to.equal("critical");
      const unknown = await betrace(["rules", "get", "slo"], env);
      expect([unknown.code, unknown.err]).to.deep.equal([
        1,
        'betrace: there is no rule with the id "slo"; did you mean slow? known: slow\n',
      ]);
    });

    it("replays a rule, with the answer alone on stdout and lines on stderr", async () => {
      const run = await betraceProcess(["replay", "slow", ...DAY], env);
      expect(run.code).to.equal(0);
      expect(run.out)
        .to.match(/^It started at 2024-03-01T12:01:00Z\.\n/)
        .and.include("traces evaluated  5");
      expect(run.err).to.match(/Replaying 100% {2}5 traces, .*2 violations\n$/);
      expect(run.err, "no escape codes off a terminal").to.equal(run.err.replaceAll("\u001b", ""));
      const failing = await betrace(["replay", "slow", ...DAY, "--fail-on-violation", "--json"], env);
      expect([failing.code, JSON.parse(failing.out).violations_found]).to.deep.equal([3, 2]);
      const unsaved = await betrace(["replay", "--rule-file", ruleFile, ...DAY, "--json", "--no-emit"], env);
      const { rule_id, ...answer } = JSON.parse(unsaved.out);
      expect(answer).to.include({ violations_found: 2, emit: false });
      const found = await betrace(["violations", rule_id, "--format", "json"], env);
      expect(JSON.parse(found.out)[0], "the file's severity, not the default").to.include({ severity: "high" });
      const status = await betrace(["status", "slow", "--fail-on-violation"], env);
      expect([status.code, status.out.split("\n")[0]]).to.deep.equal([3, "It started at 2024-03-01T12:01:00Z."]);
    });

    it("starts a replay without waiting, and steers it", async () => {
      const started = await betrace(["replay", "slow", ...DAY, "--wait=false"], env);
      expect(started.code).to.equal(0);
      const id = started.out.trim();
      expect(id).to.match(/^rp_/);
      expect(started.err).to.include(`betrace status ${id} --wait`);
      await untilOver(stack.apiUrl, id, 30_000);
      expect((await betrace(["cancel", id], env)).out).to.equal(`${id}: completed\n`);
      const retried = await betrace(["retry", id], env);
      expect([retried.code, retried.err.includes("nothing to try again")]).to.deep.equal([1, true]);
      const nowhere = await betrace(["pause", "rp_nothing"], env);
      expect([nowhere.code, nowhere.err.includes("rp_nothing")]).to.deep.equal([1, true]);
    });

    it("ends with 4 for a replay that was cancelled", async () => {
      const long = ["--from", "2023-06-01", "--to", "2024-06-01"];
      const started = await betrace(["replay", "slow", ...long, "--wait=false", "--json"], env);
      const { replay_id: id } = JSON.parse(started.out);
      await betrace(["cancel", id], env);
      const status = await betrace(["status", id, "--wait"], env);
      // A replay that was quicker than the cancel is whole.
      expect([status.code, status.out.includes("cancelled")]).to.be.deep.oneOf([
        [4, true],
        [0, false],
      ]);
    });

    it("leaves a replay running on Ctrl-C, and says how to come back", async () => {
      const paused = JSON.parse((await betrace(["replay", "slow", ...DAY, "--wait=false", "--json"], env)).out);
      await untilOver(stack.apiUrl, paused.replay_id, 30_000);
      const running = startBetrace(["replay", "slow", "--from", "2023-06-01", "--to", "2024-06-01", "--no-emit"], env);
      await running.said("Replaying");
      running.child.kill("SIGINT");
      const { code, err } = await running.ended;
      // If the replay was quicker than the key, there was nothing left to leave.
      if (code !== 0) {
        expect(code).to.equal(130);
        expect(err).to.match(/The replay goes on\. Come back with `betrace status rp_\w+ --wait`/);
        const id = /rp_\w+/.exec(err)?.[0] ?? "";
        expect(await untilOver(stack.apiUrl, id, 60_000)).to.include({ status: "completed", violations_found: 2 });
      }
    });

    it("lists violations as a table, JSON and CSV", async () => {
      const table = await betrace(["violations", "slow", "--order", "oldest"], env);
      expect(table.out.split("\n")[1]).to.match(/^2024-03-01T12:01:00Z +critical +shop +2000 ms +c+2 +c+2$/);
      const csv = await betrace(["violations", "slow", "--format", "csv"], env);
      const lines = csv.out.trimEnd().split("\r\n");
      expect(lines[0]).to.match(/^start_time,rule_id,/);
      expect(lines).to.have.length(3);
      expect(lines[1]).to.include(
        '"Slow query: the trace shows what it describes (1 witness span, at span ""db.query"" of shop)"',
      );
      const json = await betrace(["violations", "slow", "--format", "json", "--limit", "1"], env);
      expect(JSON.parse(json.out)).to.have.length(1);
      expect(json.err).to.include("there are more (--limit)");
      expect((await betrace(["violations", "slow", "--service", "nobody"], env)).out).to.equal("");
      for (const args of [
        ["violations", "slw", "--format", "csv"],
        ["status", "slw"],
        ["replay", "slw", ...DAY],
      ]) {
        const unknown = await betrace(args, env);
        expect([unknown.code, unknown.out], args.join(" ")).to.deep.equal([1, ""]);
        expect(unknown.err).to.include('there is no rule with the id "slw"; did you mean slow?');
      }
      const grave = await betrace(["violations", "slow", "--severity", "Critical", "--format", "json"], env);
      expect(JSON.parse(grave.out).map((one: { severity: string }) => one.severity)).to.deep.equal([
        "critical",
        "critical",
      ]);
    });

    it("removes a rule", async () => {
      expect((await betrace(["rules", "delete", "slow"], env)).out).to.equal("slow: removed\n");
      expect((await betrace(["rules", "delete", "slow"], env)).code).to.equal(1);
    });
  });
});
