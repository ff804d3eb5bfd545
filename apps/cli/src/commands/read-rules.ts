import { readFile } from "node:fs/promises";
import { counted } from "../describe-replay.js";
import { CommandError, EXIT } from "../exit-codes.js";
import { type Io, paintFor } from "../io.js";
import { type FileRule, readRuleFile } from "../rule-files/read-rule-file.js";
import { showProblem } from "../rule-files/rule-problem.js";

/** What files hold, with how many errors were shown. */
export interface ReadRules {
  readonly rules: readonly FileRule[];
  readonly errors: number;
}

/** Reads rule files and shows every error with a caret under its place. Throws {@link CommandError} for a file that cannot be read. */
export async function readRules(files: readonly string[], io: Io): Promise<ReadRules> {
  const paint = paintFor(io.err, io.env);
  const rules: FileRule[] = [];
  let errors = 0;
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: Error) => {
      throw new CommandError(EXIT.usage, `${file} cannot be read: ${error.message}`);
    });
    const read = readRuleFile(file, text);
    rules.push(...read.rules);
    errors += read.problems.length;
    for (const problem of read.problems) io.err.write(`${showProblem(problem, text, paint)}\n\n`);
  }
  return { rules, errors };
}

/** As {@link readRules}, for commands that need all of them: any error ends the command with the code for it. */
export async function readSoundRules(files: readonly string[], io: Io): Promise<readonly FileRule[]> {
  const { rules, errors } = await readRules(files, io);
  if (errors > 0) throw new CommandError(EXIT.ruleError, `${counted(errors, "error")}; nothing was done`);
  const seen = new Map<string, string>();
  for (const { rule, file } of rules) {
    const before = seen.get(rule.id);
    if (before !== undefined) {
      throw new CommandError(EXIT.ruleError, `two rules have the id ${rule.id}: in ${before} and in ${file}`);
    }
    seen.set(rule.id, file);
  }
  return rules;
}
