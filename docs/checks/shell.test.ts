import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { createShopDay, type Stack, sendOtlp, startStack } from "@betrace/cli";
import { expect } from "chai";
import { type Block, blocksOf, ROOT } from "./blocks.js";

const GUIDES = ["README.md", "docs/quick-start.md"];
/** The day that the guides tell of: `npm run demo -- --day 2026-01-11`. */
const DAY_NS = BigInt(Date.parse("2026-01-11T00:00:00Z")) * 1_000_000n;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const scripts = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).scripts as Record<string, string>;

/** Starts, installs or tests BeTrace, or needs Docker: not run here, the stack below stands for it. */
const startsSomething = (block: Block): boolean => /(?:^|\s)(?:npm|docker) /.test(block.text);

for (const guide of GUIDES) {
  describe(`${guide}, typed line by line`, function () {
    this.timeout(120_000);
    const blocks = blocksOf(guide);
    let stack: Stack;
    before(async () => {
      const path = process.env.BETRACE_TEST_REDIS === "embedded" ? "" : process.env.PATH;
      stack = await startStack({ env: { PATH: path }, dataDir: undefined, ports: "free", log: SILENT });
      for (const batch of createShopDay({ seed: 1, startNs: DAY_NS }).batches)
        await sendOtlp(stack.tempo.otlpUrl, batch);
    });
    after(() => stack?.close());

    for (const [index, block] of blocks.entries()) {
      if (block.kind !== "sh") continue;
      const [first = ""] = block.text.split("\n");
      if (startsSomething(block)) {
        it(`line ${block.line} names what there is: ${first}`, () => {
          for (const [, script = ""] of block.text.matchAll(/npm run ([\w:-]+)/g))
            expect(scripts).to.have.property(script);
          if (block.text.includes("npm test")) expect(scripts).to.have.property("test");
          if (block.text.includes("docker compose")) expect(existsSync(`${ROOT}docker-compose.yml`)).to.equal(true);
        });
        continue;
      }
      const next = blocks[index + 1];
      it(`line ${block.line} does what it says: ${first}`, async () => {
        const said = await type(block.text, stack);
        for (const line of next?.kind === "text" ? next.text.trim().split("\n") : []) expect(said).to.include(line);
      });
    }

    it("has blocks that are run", () => {
      expect(blocks.filter((block) => block.kind === "sh" && !startsSomething(block)).length).to.be.greaterThan(2);
      expect(blocks.map((block) => block.kind)).to.not.include.members(["bash", "shell", "console"]);
    });
  });
}

/** Runs a block in a POSIX shell against the stack's ports; an answer of 400 or more fails it. */
async function type(text: string, stack: Stack): Promise<string> {
  const here = text
    .replaceAll("http://localhost:8080", stack.apiUrl)
    .replaceAll("http://localhost:3200", stack.tempo.url)
    .replaceAll("http://localhost:4318", stack.tempo.otlpUrl);
  expect(here, "every port is one of the stack's").not.to.include("localhost");
  const script = `curl() { command curl --silent --show-error --fail-with-body "$@"; }\n${here}`;
  try {
    return (
      await promisify(execFile)("sh", ["-eu", "-c", script], {
        cwd: ROOT,
        env: { ...process.env, BETRACE_URL: stack.apiUrl },
        timeout: 60_000,
      })
    ).stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${stdout}\n${stderr || message}`);
  }
}
