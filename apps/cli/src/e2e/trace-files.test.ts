import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { betrace, type Run } from "../testing/run-betrace.js";

const BIN = fileURLToPath(new URL("../../bin/betrace.js", import.meta.url));
const RULE = 'id: slow\nname: Slow\ndsl: trace.has(span.name == "db.query")\n';

/** A request with one span; its trace begins `minute` minutes after noon. */
function request(minute: number, name = "db.query", attributes: readonly object[] = []) {
  const startNs = 1_709_294_400_000_000_000n + BigInt(minute) * 60_000_000_000n;
  const span = {
    traceId: (minute + 1).toString(16).padStart(32, "c"),
    spanId: (minute + 1).toString(16).padStart(16, "c"),
    name,
    kind: 2,
    startTimeUnixNano: startNs.toString(),
    endTimeUnixNano: (startNs + 5_000_000n).toString(),
    attributes,
  };
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span] }] }] };
}
const line = (...args: Parameters<typeof request>) => `${JSON.stringify(request(...args))}\n`;

describe("betrace replay --traces", function () {
  this.timeout(60_000);
  let folder: string;
  let ruleFile: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "betrace-traces-"));
    ruleFile = join(folder, "rule.yaml");
    await writeFile(ruleFile, RULE);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  const replay = (...args: string[]) => betrace(["replay", "--rule-file", ruleFile, ...args]);
  const figures = ({ code, out }: Run) => {
    const { outcome, traces_evaluated, violations_found } = JSON.parse(out);
    return [code, outcome, traces_evaluated, violations_found];
  };

  it("wonders aloud about times that are not in nanoseconds", async () => {
    const inNs = line(0);
    for (const digits of [10, 13, 16]) {
      const shorter = inNs.replace(/"(\d{19})"/g, (_, ns: string) => `"${ns.slice(0, digits)}"`);
      const { code, err } = await replay("--traces", await file("short.jsonl", shorter));
      expect([code, err.includes("The earliest trace begins at 1970-01-")], String(digits)).to.deep.equal([0, true]);
    }
    expect((await replay("--traces", await file("ns.jsonl", inNs))).err).to.equal("");
  });

  it("takes several files, in one flag or several, as one", async () => {
    const [a, b, c] = await Promise.all([
      file("a.jsonl", line(0)),
      file("b.jsonl.gz", gzipSync(line(1))),
      file("c.jsonl", line(2, "other")),
    ]);
    expect(figures(await replay("--json", "--traces", a, b, "--traces", c))).to.deep.equal([0, "decided", 3, 2]);
    const text = await replay("--traces", a, b, c);
    expect(text.out).to.include(`3 traces evaluated (3 spans in 3 files)\n  ${a}: 1 span\n  ${b}: 1 span\n`);
  });

  it("reads stdin for -, pipes and FIFOs, packed or not", async () => {
    const packed = gzipSync(line(0) + line(1));
    const piped = await betrace(["replay", "--json", "--rule-file", ruleFile, "--traces", "-"], {}, packed);
    expect(figures(piped)).to.deep.equal([0, "decided", 2, 2]);
    const path = await file("packed.jsonl.gz", packed);
    const fifo = join(folder, "fifo");
    const command = `node ${BIN} replay --json --rule-file ${ruleFile} --traces`;
    for (const script of [
      `cat ${path} | ${command} -`,
      `cat ${path} | ${command} /dev/stdin`,
      `${command} - < ${path}`,
      `${command} <(zcat ${path})`,
      `mkfifo ${fifo} && (cat ${path} > ${fifo} &) && ${command} ${fifo}`,
    ]) {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
      expect([stderr, ...figures({ code: status, out: stdout, err: stderr })], script).to.deep.equal([
        "",
        0,
        "decided",
        2,
        2,
      ]);
    }
    const twice = await replay("--traces", "-", "/dev/stdin");
    expect([twice.code, twice.err]).to.deep.equal([4, "betrace: stdin is named twice, and can be read once\n"]);
    const both = await betrace(["replay", "--rule-file", "-", "--traces", "-"]);
    expect([both.code, both.err]).to.deep.equal([
      1,
      "betrace: --rule-file - and --traces - both read stdin: give one of them a file\n",
    ]);
    const rule = await betrace(["replay", "--json", "--rule-file", "-", "--traces", path], {}, RULE);
    expect(figures(rule)).to.deep.equal([0, "decided", 2, 2]);
  });

  it("is stopped by a signal while it waits for stdin, or for somebody to write to a pipe", async () => {
    const pipe = join(folder, "nobody");
    expect(spawnSync("mkfifo", [pipe]).status).to.equal(0);
    const args = [BIN, "replay", "--rule-file", ruleFile, "--traces"];
    for (const [traces, ends] of [
      [["-"], false],
      [["-", pipe], true],
    ] as const) {
      const child = spawn(process.execPath, [...args, ...traces], { stdio: ["pipe", "ignore", "pipe"] });
      // To a shell, to end by the signal itself is 143 as well.
      const ended = new Promise<number | null>((resolve) => {
        child.once("close", (code, signal) => resolve(signal === "SIGTERM" ? 143 : code));
      });
      // More than a pipe holds: once it is written, the command reads.
      await new Promise<void>((resolve) => child.stdin.write(line(0).repeat(2_000), () => resolve()));
      if (ends) await new Promise<void>((resolve) => child.stdin.end(() => resolve()));
      child.kill("SIGTERM");
      expect(await ended).to.equal(143);
    }
  });

  it("ends with 4, in one line, for what is not there, and reads nothing then", async () => {
    const good = await file("good.jsonl", line(0));
    const inner = join(folder, "dumps");
    await mkdir(inner);
    const cases: [path: string, says: string][] = [
      [join(folder, "none.jsonl"), "it cannot be read: there is no such file"],
      [
        join(folder, "*.json"),
        "it cannot be read: there is no such file (the shell fills in * where it stands outside quotes)",
      ],
      [`${inner}/`, `it is a folder; name the files in it: ${inner}/*`],
    ];
    for (const [path, says] of cases) {
      const run = await replay("--traces", good, path);
      expect([run.code, run.out, run.err]).to.deep.equal([4, "", `betrace: ${path}: ${says}\n`]);
    }
  });

  it("says that there were no traces, and which there are, where it decided none", async () => {
    const empty = await file("empty.jsonl", "");
    const own = await file(
      "own.jsonl",
      line(0, "v", [{ key: "betrace.violation.rule_id", value: { stringValue: "r" } }]),
    );
    const three = await file("three.jsonl", line(0) + line(1) + line(2));
    const range = ["--from", "2024-04-01", "--to", "2024-04-02"];
    const cases: [args: string[], says: string, held: object | null][] = [
      [["--traces", empty], `There were no traces: no span is in ${empty}.`, null],
      [["--traces", empty, own], "There were no traces: BeTrace itself wrote what is in the 2 files (1 span).", null],
      [
        ["--traces", three, ...range],
        `There were no traces: none begins from 2024-04-01T00:00:00Z to 2024-04-02T00:00:00Z; the 3 traces in ${three} begin from 2024-03-01T12:00:00Z to 2024-03-01T12:02:00Z.`,
        { traces: 3, first_trace_at: "2024-03-01T12:00:00Z", last_trace_at: "2024-03-01T12:02:00Z" },
      ],
    ];
    for (const [args, says, held] of cases) {
      const text = await replay(...args);
      expect([text.code, text.out.split("\n").at(-2)]).to.deep.equal([4, says]);
      expect(text.out).not.to.include("never happened");
      const json = await replay("--json", "--fail-on-violation", ...args);
      expect(figures(json)).to.deep.equal([4, "no_traces", 0, 0]);
      expect(JSON.parse(json.out)).to.deep.include({ no_traces: says, held });
    }
  });

  it("says what it passed over: documents of other signals", async () => {
    const others = ["resourceLogs", "resourceMetrics", "resourceProfiles", "resourceLogs"];
    const path = await file("mixed.jsonl", line(0) + others.map((name) => `{"${name}": [{}]}\n`).join(""));
    const text = await replay("--traces", path);
    expect([text.code, text.out.split("\n")[1]]).to.deep.equal([
      0,
      "passed over: 2 documents of logs, 1 document of metrics, 1 document of profiles",
    ]);
    const { passed_over } = JSON.parse((await replay("--json", "--traces", path)).out);
    expect(passed_over).to.deep.equal({ logs: 2, metrics: 1, profiles: 1 });
  });

  it("leaves a trace of which Tempo gave a part undecided, and decides the others", async () => {
    const part = JSON.stringify({ trace: request(1), status: "PARTIAL", message: "too large" });
    const path = await file("part.jsonl", `${line(0)}${part}\n${line(1, "more")}`);
    const run = await replay("--json", "--traces", path);
    expect(figures(run)).to.deep.equal([4, "undecided", 1, 1]);
    expect(JSON.parse(run.out).undecided).to.deep.equal([
      `${path}:2: Tempo gave only a part of trace ${"2".padStart(32, "c")} (PARTIAL): too large`,
    ]);
    expect((await replay("--fail-on-violation", "--traces", path)).code).to.equal(3);
  });

  it("refuses text that is no UTF-8 at its line and byte, and formats that it does not read by their names", async () => {
    const latin1 = Buffer.concat([Buffer.from(line(0)), Buffer.from(line(1, "café"), "latin1")]);
    const at = latin1.indexOf(0xe9) - latin1.indexOf(10);
    const encoding = await file("latin1.jsonl", latin1);
    const refused = await replay("--traces", encoding);
    expect([refused.code, refused.err.split(" which")[0]]).to.deep.equal([
      4,
      `betrace: ${encoding}:2:${at}: the byte 0xe9 is no UTF-8,`,
    ]);
    const span = { traceID: "1", spanID: "2", operationName: "GET", references: [] };
    const zipkin = { traceId: "463ac35c9f6413ad", id: "a2fb4a1d1a96d312", name: "get", timestamp: 1 };
    const cases: [content: string, says: string][] = [
      [JSON.stringify({ data: [{ traceID: "1", spans: [span], processes: {} }] }), "this is Jaeger's JSON."],
      [JSON.stringify({ _index: "jaeger-span", _source: span }), "this is Jaeger's JSON."],
      [JSON.stringify([zipkin]), "this is Zipkin's JSON."],
      [JSON.stringify({ Name: "GET", SpanContext: { TraceID: "1" } }), "this is what OpenTelemetry's stdout exporter"],
      [JSON.stringify({ name: "GET", context: { trace_id: "0x1" } }), "this is a span by itself"],
      [JSON.stringify({ traces: [{ traceID: "1", rootTraceName: "GET" }] }), "this is an answer of Tempo's search"],
      [JSON.stringify({ result: request(0) }), "take it out: jq -c .result FILE |"],
      [JSON.stringify({ log: line(0), stream: "stdout", time: "" }), "take it out: jq -r .log FILE |"],
      [JSON.stringify({ MESSAGE: line(0), __REALTIME_TIMESTAMP: "1" }), "take it out: jq -r .MESSAGE FILE |"],
      [JSON.stringify({ value: [], Count: 0 }), "take it out: jq -c '.value[]' FILE |"],
      [`Defaulted container "otc" out of: otc, init\n${line(0)}`, "take it out: sed 's/^[^{]*//' FILE |"],
      [JSON.stringify({ labels: {}, line: line(0), timestamp: "" }), "take it out: jq -r .line FILE |"],
      [JSON.stringify({ hello: 1 }), "expected an object with resourceSpans"],
      ["<!DOCTYPE html>", "expected a JSON object, found"],
    ];
    for (const [content, says] of cases) {
      const path = await file("foreign.json", content);
      const { code, out, err } = await replay("--traces", path);
      expect([code, out], content).to.deep.equal([4, ""]);
      expect(err)
        .to.match(/^betrace: .*foreign\.json:1(?::2)?: /)
        .and.include(says);
      expect(err.trimEnd().split("\n")).to.have.length(1);
    }
  });
});
