import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { formatTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { readRuleFile } from "../rule-files/read-rule-file.js";
import { BOUTIQUE_RULES } from "../testing/boutique-rules.js";
import { replayFile } from "./replay-file.js";
import { traceInputs } from "./trace-input.js";

/** Real traces of Google's Online Boutique with injected faults; beside the checkout, not in it. */
const DATA = fileURLToPath(
  new URL("../../../../../shared/data/online-boutique/2022-08-22.otlp.jsonl.gz", import.meta.url),
);
const NOON_NS = 1_709_294_400_000_000_000n;

/** A request with one span. */
function line(trace: number, name: string, more: { readonly own?: boolean; readonly span?: number } = {}): string {
  const startNs = NOON_NS + BigInt(trace) * 60_000_000_000n;
  const span = {
    traceId: trace.toString(16).padStart(32, "0"),
    spanId: (more.span ?? trace * 16 + 1).toString(16).padStart(16, "0"),
    name,
    kind: 2,
    startTimeUnixNano: startNs.toString(),
    endTimeUnixNano: (startNs + 5_000_000n).toString(),
    attributes: more.own ? [{ key: "betrace.violation.rule_id", value: { stringValue: "r" } }] : [],
  };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

describe("replaying a file of traces", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "betrace-file-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function run(paths: string | string[], dsl: string, range: { startNs?: bigint; endNs?: bigint } = {}) {
    const { rules } = readRuleFile("r.betrace", dsl);
    return replayFile({
      inputs: await traceInputs([paths].flat(), () => process.stdin),
      rules,
      startNs: range.startNs,
      endNs: range.endNs,
      maxViolations: 10,
      onProgress: () => undefined,
    });
  }
  const RETRIED = 'trace.has(span.name == "GET") and not trace.has(span.name == "retry")';
  /** Traces 1 to 3 are GETs; 2 was retried, on a line far from its GET; 4 is a violation span of ours. */
  const LINES = [
    line(1, "GET"),
    line(2, "GET"),
    line(3, "GET"),
    line(4, "violation", { own: true }),
    line(2, "retry", { span: 99 }),
  ];

  for (const [name, content] of [
    ["plain.jsonl", `${LINES.join("\n")}\n`],
    ["crlf.jsonl", LINES.join("\r\n")],
    ["packed.jsonl", gzipSync(`\n${LINES.join("\n\n")}`)],
    [
      "pretty.json",
      JSON.stringify({ resourceSpans: LINES.flatMap((one) => JSON.parse(one).resourceSpans) }, undefined, 2),
    ],
  ] as const) {
    it(`joins the spans of a trace wherever they stand: ${name}`, async () => {
      const { tracesEvaluated, spans, findings, violations } = await run(await file(name, content), RETRIED);
      expect({ tracesEvaluated, spans }).to.deep.equal({ tracesEvaluated: 3, spans: 5 });
      expect(findings[0]).to.include({ ruleId: "r", violationsFound: 2, firstNs: NOON_NS + 60_000_000_000n });
      expect(violations.map(({ traceId, service }) => [Number(`0x${traceId}`), service])).to.deep.equal([
        [1, "shop"],
        [3, "shop"],
      ]);
    });
  }

  it("decides a rule about what is missing, and points at the root", async () => {
    const { findings, violations } = await run(
      await file("missing.jsonl", LINES.join("\n")),
      'not trace.has(span.name == "retry")',
    );
    expect(findings[0]?.violationsFound).to.equal(2);
    expect(violations[0]).to.include({ witnessCount: 0, spanId: (17).toString(16).padStart(16, "0") });
  });

  it("joins the spans of a trace over several files, and says what each held", async () => {
    const [one, two, none] = await Promise.all([
      file("one.jsonl", LINES.slice(0, 3).join("\n")),
      file("two.jsonl.gz", gzipSync(LINES.slice(3).join("\n"))),
      file("none.jsonl", "\n"),
    ]);
    const { tracesEvaluated, findings, inputs } = await run([one, two, none], RETRIED);
    expect([tracesEvaluated, findings[0]?.violationsFound]).to.deep.equal([3, 2]);
    expect(inputs).to.deep.equal([
      { name: one, documents: 3, spans: 3 },
      { name: two, documents: 2, spans: 2 },
      { name: none, documents: 0, spans: 0 },
    ]);
  });

  it("takes a part of the time", async () => {
    const path = await file("part.jsonl", LINES.join("\n"));
    const range = { startNs: NOON_NS + 120_000_000_000n, endNs: NOON_NS + 180_000_000_000n };
    expect((await run(path, RETRIED, range)).tracesEvaluated).to.equal(1);
    expect((await run(path, RETRIED, { startNs: NOON_NS * 2n })).findings[0]?.violationsFound).to.equal(0);
  });

  const BROKEN: [what: string, content: string | Uint8Array, says: RegExp][] = [
    [
      "a line that is no JSON",
      `${LINES[0]}\n{"resourceSpans": [\n`,
      /:2: the document that begins here has no end: is the file cut off\?/,
    ],
    ["a line that is no export", `${LINES[0]}\n{"spans": []}\n`, /:2: expected an object with resourceSpans/],
    [
      "a span without a trace",
      `{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"00000000000000a1"}]}]}]}`,
      /:1: resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[0\]\.startTimeUnixNano: expected the time/,
    ],
    [
      "an attribute that is none",
      `${LINES[0]?.replace('"attributes":[]', '"attributes":[{"key":5}]')}`,
      /:1: .*spans\[0\]\.attributes\[0\]\.key: expected a string, found 5/,
    ],
    ["a file of another kind", new Uint8Array([10, 20, 255, 0, 7]), /: this is a binary file, which is not read; /],
    [
      "a gzip that was cut",
      gzipSync(LINES.join("\n")).subarray(0, 60),
      /: the gzip stream cannot be unpacked: unexpected end of file/,
    ],
  ];
  for (const [what, content, says] of BROKEN) {
    it(`says where it stopped: ${what}`, async () => {
      const path = await file("broken", content);
      const said = await run(path, RETRIED).then(
        () => "read to its end",
        (error: Error) => error.message,
      );
      expect(said.slice(0, path.length)).to.equal(path);
      expect(said).to.match(says);
    });
  }

  it("gives the known answers for real traces of real faults", async function () {
    this.timeout(300_000);
    if (!existsSync(DATA)) {
      console.log("      skipped: the Online Boutique traces are not beside this checkout");
      return this.skip();
    }
    const yaml = BOUTIQUE_RULES.map(({ id, dsl }) => JSON.stringify({ id, name: id, dsl })).join("\n---\n");
    const { rules, problems } = readRuleFile("rules.yaml", yaml);
    expect(problems).to.deep.equal([]);
    const replay = await replayFile({
      inputs: await traceInputs([DATA], () => process.stdin),
      rules,
      startNs: undefined,
      endNs: undefined,
      maxViolations: 10,
      onProgress: () => undefined,
    });
    expect(replay).to.include({ tracesEvaluated: 6_902, spans: 287_633 });
    expect(replay.undecided).to.deep.equal([]);
    expect(
      replay.findings.map(({ ruleId, violationsFound, firstNs = 0n }) => [
        ruleId,
        violationsFound,
        formatTimestamp(firstNs),
      ]),
    ).to.deep.equal(BOUTIQUE_RULES.map(({ id, violations, first }) => [id, violations, first]));
  });
});
