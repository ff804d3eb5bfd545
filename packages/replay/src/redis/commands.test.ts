import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { KEY_COMMANDS } from "./commands.js";

/** BullMQ's scripts behind what the queue and the worker ask of it. */
const SCRIPTS =
  /^(?:addPrioritizedJob|addStandardJob|addDelayedJob|extendLocks?|getCounts|getState|moveJobFromActiveToWait|moveStalledJobsToWait|moveToActive|moveToDelayed|moveToFinished|removeJob|retryJob|saveStacktrace)-\d+\.js$/;

function commandsIn(folder: string, isScript: (name: string) => boolean): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(isScript);
  expect(files, folder).not.to.deep.equal([]);
  const text = files.map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("\n");
  return new Set(
    [...text.matchAll(/\b(?:rcall|redis\.p?call)\(\s*['"](\w+)['"]/g)].map(([, name = ""]) => name.toLowerCase()),
  );
}

describe("the commands that are asked for", () => {
  it("are all that the ledger's scripts and BullMQ's call", () => {
    const bullmq = dirname(createRequire(import.meta.url).resolve("bullmq/package.json"));
    const called = [
      ...commandsIn(`${bullmq}/dist/esm/scripts`, (name) => SCRIPTS.test(name)),
      ...commandsIn(fileURLToPath(new URL("..", import.meta.url)), (name) => /(?<!\.test)\.ts$/.test(name)),
    ];
    expect(called.filter((name) => !KEY_COMMANDS.includes(name))).to.deep.equal([]);
  });
});
