import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createShopDay, type Stack, sendOtlp, startStack } from "@betrace/cli";
import { expect } from "chai";
import { blocksOf, ROOT } from "./blocks.js";
import { codeInTables, readMarkdown } from "./markdown.js";

const GUIDE = "docs/cli.md";
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const blocks = blocksOf(GUIDE);
const blockWith = (kind: string, text: string) => {
  const found = blocks.find((block) => block.kind === kind && block.text.includes(text));
  if (found === undefined) throw new Error(`${GUIDE} shows no ${kind} block with ${text}`);
  return found.text;
};

describe(`${GUIDE}, typed line by line`, function () {
  this.timeout(120_000);
  let stack: Stack;
  let folder: string;
  before(async () => {
    const path = process.env.BETRACE_TEST_REDIS === "embedded" ? "" : process.env.PATH;
    stack = await startStack({ env: { PATH: path }, dataDir: undefined, ports: "free", log: SILENT });
    const startNs = BigInt(Date.now() - 20 * 3_600_000) * 1_000_000n;
    const { batches } = createShopDay({ seed: 1, startNs });
    for (const batch of batches.slice(0, 40)) await sendOtlp(stack.tempo.otlpUrl, batch);

    folder = mkdtempSync(join(tmpdir(), "betrace-guide-"));
    for (const name of ["rules", "traces", "bin", ".config/fish/completions"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    symlinkSync(`${ROOT}apps/cli/bin/betrace.js`, join(folder, "bin/betrace"));
    writeFileSync(join(folder, "rules/slow-db.yaml"), blockWith("yaml", "# rules/slow-db.yaml"));
    writeFileSync(join(folder, "rules/more.yaml"), blockWith("yaml", "<<: *defaults"));
    // An eighth of the day holds violations too, and is read in an eighth of the time.
    const some = batches.filter((_batch, index) => index % 8 === 0);
    const dump = gzipSync(some.map((batch) => JSON.stringify({ resourceSpans: batch })).join("\n"));
    writeFileSync(join(folder, "dump.otlp.jsonl.gz"), dump);
    writeFileSync(join(folder, "traces/day.jsonl.gz"), dump);
  });
  after(async () => {
    await stack?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** Types a line in Bash, in a folder that holds the guide's files. */
  function type(line: string): Promise<{ readonly code: number; readonly said: string }> {
    const env = {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      HOME: folder,
      BETRACE_URL: stack.apiUrl,
      NO_COLOR: "1",
    };
    return new Promise((resolve) => {
      const child = execFile(
        "bash",
        ["-euo", "pipefail", "-c", line],
        { cwd: folder, env, timeout: 100_000 },
        () => {},
      );
      let said = "";
      child.stdout?.on("data", (chunk) => (said += chunk));
      child.stderr?.on("data", (chunk) => (said += chunk));
      child.once("close", (code) => resolve({ code: code ?? -1, said }));
    });
  }

  async function ends(line: string, code: number): Promise<string> {
    const ended = await type(line);
    expect(ended.code, `${line}\n${ended.said}`).to.equal(code);
    return ended.said;
  }

  async function newestReplay(): Promise<string> {
    const answer = await fetch(`${stack.apiUrl}/v1/rules/slow-db-no-retry/replay/status`);
    return ((await answer.json()) as { replay_id: string }).replay_id;
  }

  /** What the guide's commands end with, in an order that makes sense. Those with an ID are given one. */
  const session: readonly (readonly [command: string, code: number])[] = [
    ["betrace check rules/*.yaml", 0],
    ["betrace rules diff rules/*.yaml", 3],
    ["betrace rules apply rules/*.yaml", 0],
    ["betrace rules list", 0],
    ["betrace rules get slow-db-no-retry", 0],
    ["betrace replay slow-db-no-retry --since 24h", 0],
    ["betrace replay --rule-file rules/slow-db.yaml --since 24h", 0],
    ["betrace replay --rule-file rules/slow-db.yaml --traces dump.otlp.jsonl.gz", 0],
    ["betrace replay --rule-file rules/slow-db.yaml --traces dump.otlp.jsonl.gz --fail-on-violation", 3],
    ["zcat traces/*.gz | betrace replay --rule-file rules/slow-db.yaml --traces - --json", 0],
    ["betrace status slow-db-no-retry", 0],
    ["betrace violations slow-db-no-retry --since 24h --format csv", 0],
    ["betrace cancel ID", 0],
    // The replay has ended, and there is nothing to hold, go on with or read again.
    ["betrace pause ID", 1],
    ["betrace resume ID", 1],
    ["betrace retry ID", 1],
    ["betrace rules delete slow-db-no-retry", 0],
    ["betrace completion bash", 0],
  ];

  it("has no command that is not typed here", () => {
    const shown = [
      ...codeInTables(readMarkdown(readFileSync(`${ROOT}${GUIDE}`, "utf8"))),
      ...blocks.filter(({ kind }) => kind === "sh").flatMap(({ text }) => text.trim().split("\n")),
    ].filter((line) => line.includes("betrace ") && !line.includes("completion "));
    // These two go on until they are stopped; tests of their own start them.
    const goesOn = ["betrace up --data ./betrace-data", "betrace demo"];
    const typed = [...session.map(([command]) => command), ...goesOn];
    expect(shown.filter((line) => !typed.includes(line))).to.deep.equal([]);
    expect(typed.filter((line) => !shown.includes(line) && !line.includes("completion"))).to.deep.equal([]);
  });

  for (const [command, code] of session) {
    it(`${command} ends with ${code}`, async () => {
      await ends(command.endsWith(" ID") ? command.replace(/ID$/, await newestReplay()) : command, code);
    });
  }

  it("shows an error as `check` does", async () => {
    const broken = blockWith("yaml", "# rules/slow-db.yaml").replace("span.name ==", "span.nam ==");
    writeFileSync(join(folder, "broken.yaml"), broken);
    const said = await ends(
      "mkdir -p wrong/rules && cp broken.yaml wrong/rules/slow-db.yaml && cd wrong && betrace check rules/*.yaml",
      2,
    );
    expect(said).to.include(blockWith("text", "error: there is no field").trimEnd());
  });

  it("shows a difference as `rules diff` does", async () => {
    const rule = blockWith("yaml", "# rules/slow-db.yaml");
    const before = rule
      .replace(/severity: \w+/, "severity: high")
      .replace("annotations:", "annotations:\n  owner: db-team");
    writeFileSync(join(folder, "before.yaml"), before);
    writeFileSync(join(folder, "after.yaml"), rule.replace(/severity: \w+/, "severity: critical"));
    await ends("betrace rules apply before.yaml", 0);
    expect(await ends("betrace rules diff after.yaml", 3)).to.include(blockWith("text", "would change").trimEnd());
  });

  it("completes in each shell as it says", async () => {
    const lines = blockWith("sh", "completion zsh");
    await ends(`fpath=(none "$HOME"); set +u\n${lines}`, 0);
  });
});
