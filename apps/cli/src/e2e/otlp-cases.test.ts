import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatTimestamp, parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import type { Stack } from "../stack.js";
import { startTestStack } from "../testing/test-stack.js";
import { isRight, type Outcome, replayFiles, replayPushed } from "../testing/trace-case.js";
import { OTLP_CASES } from "./otlp.cases.js";

/** Cases from bug reports of other tools; beside the checkout, not in it. */
const SHARED = fileURLToPath(new URL("../../../../../shared/cases/", import.meta.url));

interface SharedCase {
  readonly why: string;
  readonly traces: readonly string[];
  readonly rule: string;
  readonly store?: boolean;
  readonly right: readonly Outcome[];
}

/** Cases that ask for more than their files hold: this span takes 5 ms, and its rule looks for more than a second. */
const AS_THE_FILES_ARE: Readonly<Record<string, readonly Outcome[]>> = {
  "legacy-span-group.json db.yaml": [{ violations: 0, traces: 1 }],
};

const HOUR_NS = 3_600_000_000_000n;
const FIRST_NS = parseTimestamp("2024-03-01T00:00:00Z") ?? 0n;

describe("documents as people have them", function () {
  this.timeout(120_000);

  function judge(seen: Outcome, right: readonly Outcome[]): void {
    expect(isRight(seen, right), `${JSON.stringify(seen)} is none of ${JSON.stringify(right)}`).to.equal(true);
  }

  describe("of every kind", () => {
    let folder: string;
    let stack: Stack;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "betrace-cases-"));
      stack = await startTestStack({ TEMPO_URL: undefined });
    });
    after(async () => {
      await stack.close();
      await rm(folder, { recursive: true, force: true });
    });

    for (const [index, { why, documents, dsl, right }] of OTLP_CASES.entries()) {
      const atNs = FIRST_NS + BigInt(index) * HOUR_NS;
      const texts = () => documents(atNs).map((one) => JSON.stringify(one));
      const ruleFile = async () => {
        const path = join(folder, `${index}.betrace`);
        await writeFile(path, dsl);
        return path;
      };

      it(`${why}, in files`, async () => {
        const files = texts().map((text, at) => ({ text, path: join(folder, `${index}-${at}.json`) }));
        for (const { text, path } of files) await writeFile(path, text);
        judge(
          await replayFiles(
            await ruleFile(),
            files.map(({ path }) => path),
          ),
          [right],
        );
      });

      it(`${why}, in the embedded store`, async () => {
        const range = [formatTimestamp(atNs - HOUR_NS / 2n), formatTimestamp(atNs + HOUR_NS / 2n)] as const;
        judge(await replayPushed(stack, await ruleFile(), texts(), range), [right]);
      });
    }
  });

  describe("from other tools' bug reports", () => {
    if (!existsSync(SHARED)) {
      it("are not beside this checkout, so they are skipped", function () {
        console.log("      skipped: there is no shared/cases beside this checkout");
        this.skip();
      });
      return;
    }
    const cases = JSON.parse(readFileSync(join(SHARED, "cases.json"), "utf8")) as readonly SharedCase[];
    for (const { why, traces, rule, store = false, ...one } of cases) {
      const right = AS_THE_FILES_ARE[`${traces.join()} ${rule}`] ?? one.right;
      const [files, ruleFile] = [traces.map((name) => join(SHARED, name)), join(SHARED, rule)];

      it(`${why}: in files`, async () => judge(await replayFiles(ruleFile, files), right));
      if (!store) continue;

      it(`${why}: in the embedded store`, async () => {
        const stack = await startTestStack({ TEMPO_URL: undefined });
        try {
          const pushes = files.flatMap((file) => {
            const text = readFileSync(file, "utf8");
            return file.endsWith(".jsonl") ? text.split("\n").filter((line) => line.trim() !== "") : [text];
          });
          judge(await replayPushed(stack, ruleFile, pushes, ["2025-12-01", "2026-03-01"]), right);
        } finally {
          await stack.close();
        }
      });
    }
  });
});
