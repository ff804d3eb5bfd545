import { buffer } from "node:stream/consumers";
import { counted } from "../describe-replay.js";
import { CommandError, EXIT } from "../exit-codes.js";
import { type Io, paintFor } from "../io.js";
import { openFile } from "../open-file.js";
import { decodeRuleText } from "../rule-files/decode-text.js";
import { type FileRule, readRuleFile, STDIN } from "../rule-files/read-rule-file.js";
import { whyUnread } from "../why-unread.js";
import { type RuleProblem, showProblem } from "../rule-files/rule-problem.js";

/** What files hold, with how many errors were shown. */
export interface ReadRules {
  readonly rules: readonly FileRule[];
  readonly errors: number;
}

/**
 * Reads rule files (`-`: stdin) and shows every error with a caret under its place; that two rules have one id is an
 * error too, also over several files. Throws {@link CommandError} for a file that cannot be read.
 */
export async function readRules(files: readonly string[], io: Io): Promise<ReadRules> {
  const paint = paintFor(io.err, io.env);
  const rules: FileRule[] = [];
  const byId = new Map<string, FileRule>();
  let errors = 0;
  if (files.filter((file) => file === "-").length > 1) {
    throw new CommandError(EXIT.usage, "- is given twice, and stdin can be read once");
  }
  for (const path of files) {
    const file = path === "-" ? STDIN : path;
    const decoded = decodeRuleText(file, await bytesOf(path, io));
    const show = (problem: RuleProblem): void => {
      errors++;
      io.err.write(`${showProblem(problem, decoded.text ?? decoded.shown, paint)}\n\n`);
    };
    if (decoded.text === undefined) {
      show(decoded.problem);
      continue;
    }
    const read = readRuleFile(file, decoded.text);
    for (const problem of read.problems) show(problem);
    for (const rule of read.rules) {
      const other = byId.get(rule.rule.id);
      byId.set(rule.rule.id, rule);
      if (other === undefined) rules.push(rule);
      else show(sameId(rule, other));
    }
  }
  return { rules, errors };
}

/** As {@link readRules}, for commands that need all of them: any error ends the command with the code for it. */
export async function readSoundRules(files: readonly string[], io: Io): Promise<readonly FileRule[]> {
  const { rules, errors } = await readRules(files, io);
  if (errors > 0) throw new CommandError(EXIT.ruleError, `${counted(errors, "error")}; nothing was done`);
  return rules;
}

async function bytesOf(path: string, io: Io): Promise<Buffer> {
  try {
    return await buffer(path === "-" ? io.in : await openFile(path));
  } catch (error) {
    throw new CommandError(EXIT.usage, `${path}: ${whyUnread(path, error)}`);
  }
}

function sameId({ file, line, column, rule }: FileRule, other: FileRule): RuleProblem {
  const message = `two rules have the id ${rule.id}: this one, and the one at ${other.file}:${other.line}`;
  return { file, line, column, length: 0, message, hint: "an id names one rule: give this one another" };
}
