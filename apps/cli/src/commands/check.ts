import { Command } from "commander";
import { counted } from "../describe-replay.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Ended } from "../program.js";
import { readRules } from "./read-rules.js";

/** `betrace check`: rules in files, without a server. */
export function checkCommand(io: Io, ended: Ended): Command {
  return new Command("check")
    .description("check rules in files: YAML with the fields of the API, or the plain text of one rule")
    .argument("<file...>", "rule files; .yaml, .yml and .json are YAML, others hold the text of one rule; - is stdin")
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace check rules/*.yaml\n  $ betrace check slow-db.betrace && echo sound",
    )
    .action(async (files: string[]) => {
      const { rules, errors } = await readRules(files, io);
      const found = `${counted(rules.length, "rule")} without errors`;
      if (errors > 0) io.err.write(`${counted(errors, "error")}, ${found}.\n`);
      else io.out.write(`${found}: ${rules.map(({ rule }) => rule.id).join(", ")}\n`);
      ended(errors > 0 ? EXIT.ruleError : EXIT.done);
    });
}
