import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { EXIT_MEANS } from "./exit-codes.js";
import { createProgram, withDescendants } from "./program.js";
import { readRuleFile } from "./rule-files/read-rule-file.js";
import { version } from "./version.js";
import { betrace } from "./testing/run-betrace.js";

const guide = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");

/** `rules apply`, `status`, ... as they are typed. */
function commandLines(): string[][] {
  const { stdout: out, stderr: err } = process;
  const io = { env: {}, in: process.stdin, out, err, endsItself: () => new AbortController().signal, nowNs: () => 0n };
  const program = createProgram(io, () => undefined);
  return withDescendants(program)
    .filter((command) => command !== program && command.commands.length === 0)
    .map((command) => [...(command.parent === program ? [] : [command.parent?.name() ?? ""]), command.name()]);
}

describe("the command line's help", () => {
  it("has examples for every command, each of which begins with it", async () => {
    const lines = commandLines();
    expect(lines).to.deep.include.members([["up"], ["rules", "apply"], ["replay"], ["completion"]]);
    for (const line of lines) {
      const { code, out } = await betrace([...line, "--help"]);
      expect([code, out], line.join(" ")).to.satisfy(
        ([, text]: [number, string]) =>
          code === 0 && text.includes("Examples:") && text.includes(`betrace ${line.join(" ")}`),
      );
      expect(out).to.include("--server <url>");
    }
  });

  it("says what every exit code means, in the words of the guide", async () => {
    const { out } = await betrace(["--help"]);
    for (const [code, means] of Object.entries(EXIT_MEANS)) {
      expect(out).to.include(`${code.padStart(3)}  ${means}`);
      expect(guide).to.include(`| ${code} | ${means} |`);
    }
  });

  it("says which version it is", async () => {
    expect(await betrace(["--version"])).to.deep.equal({ code: 0, out: `${version()}\n`, err: "" });
    expect(version()).to.match(/^\d+\.\d+\.\d+$/);
  });

  it("refuses an option of one value that is given twice, wherever it stands", async () => {
    for (const [line, option, first, second] of [
      ["replay a --from 2026-01-11 --to 2026-01-12 --from 2026-01-10", "--from", "2026-01-11", "2026-01-10"],
      ["replay a --since 1h --wait=false --wait=true", "--wait", "false", "true"],
      ["--server http://a rules list --server http://b", "--server", "http://a", "http://b"],
      ["violations --severity low --severity high", "--severity", "low", "high"],
    ] as const) {
      const { code, err } = await betrace(line.split(" "));
      expect([code, err]).to.deep.equal([
        1,
        `betrace: ${option} is given twice, with "${first}" and "${second}"; leave one out\n`,
      ]);
    }
    const rule = ["--rule-file", "no-such-1.yaml", "--rule-file", "no-such-2.yaml"];
    expect((await betrace(["replay", ...rule, "--traces", "a", "--traces", "b"])).err).not.to.include("twice");
  });

  it("suggests the command that was meant", async () => {
    const { code, err } = await betrace(["replya"]);
    expect([code, err.includes("Did you mean replay?")]).to.deep.equal([1, true]);
  });
});

describe("the guide of the command line", () => {
  it("shows every command, and every option that it shows exists", async () => {
    for (const line of commandLines()) expect(guide).to.include(`betrace ${line.join(" ")}`);
    const helps = await Promise.all(
      ["replay", "violations", "status", "up", "demo"].map((name) => betrace([name, "--help"])),
    );
    const out = helps.map((help) => help.out).join("");
    for (const [option] of guide.matchAll(/--[a-z][a-z-]+/g)) {
      if (option !== "--help") expect(out, option).to.include(option);
    }
  });
});

describe("the guide's rule files", () => {
  it("are read without an error", () => {
    const blocks = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => readRuleFile("rules.yaml", text));
    expect(blocks.flatMap(({ problems }) => problems)).to.deep.equal([]);
    expect(blocks.map(({ rules }) => rules.length)).to.deep.equal([1, 2]);
  });
});

describe("completion", () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const { out } = await betrace(["completion", "bash"]);
    const script = `${out}
COMP_WORDS=(betrace ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _betrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(stderr).to.equal("");
    return stdout.split("\n").filter((word) => word !== "");
  };

  it("of bash offers commands, their commands and their options", async function () {
    if (spawnSync("bash", ["-c", "true"]).status !== 0) return this.skip();
    expect(await complete("re")).to.deep.equal(["replay", "resume", "retry"]);
    expect(await complete("rules", "")).to.include.members(["list", "get", "apply", "delete"]);
    expect(await complete("replay", "--fa")).to.deep.equal(["--fail-on-violation"]);
    expect(await complete("replay", "slow", "--si")).to.deep.equal(["--since"]);
    expect(await complete("rules", "get", "--js")).to.deep.equal(["--json"]);
  });

  it("of every shell knows every command", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, out } = await betrace(["completion", shell]);
      expect(code).to.equal(0);
      for (const line of commandLines()) expect(out).to.include(line.at(-1) ?? "");
      expect(out).to.include("fail-on-violation");
    }
    expect((await betrace(["completion", "tcsh"])).code).to.equal(1);
  });
});
