import type { RuleAnswer } from "@betrace/contracts";
import { Command } from "commander";
import { counted } from "../describe-replay.js";
import { CommandError, EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Ended } from "../program.js";
import { table } from "../table.js";
import { readSoundRules } from "./read-rules.js";
import { serverOf, writeJson } from "./server.js";

/** `betrace rules`: those that a server keeps. */
export function rulesCommand(io: Io, ended: Ended): Command {
  const rules = new Command("rules")
    .description("rules on the server: list, get, apply, delete")
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace rules list\n  $ betrace rules apply rules/*.yaml\n  $ betrace rules get slow-db-no-retry --json",
    );
  rules
    .command("list")
    .description("every rule with its newest replay")
    .option("--json", "as the API answers them", false)
    .addHelpText("after", "\nExamples:\n  $ betrace rules list\n  $ betrace rules list --json | jq -r '.[].id'")
    .action(async ({ json }: { json: boolean }, command: Command) => {
      const all: RuleAnswer[] = [];
      for await (const rule of serverOf(command, io).rules()) all.push(rule);
      if (json) writeJson(io, all);
      else if (all.length === 0) io.err.write("There are no rules yet; `betrace rules apply FILE` makes some.\n");
      else io.out.write(table([["ID", "SEVERITY", "VERSION", "LAST REPLAY"], ...all.map(rowOf)]));
    });
  rules
    .command("get")
    .description("one rule")
    .argument("<id>")
    .option("--json", "as the API answers it", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace rules get slow-db-no-retry\n  $ betrace rules get slow-db-no-retry --json",
    )
    .action(async (id: string, { json }: { json: boolean }, command: Command) => {
      const rule = await serverOf(command, io).rule(id);
      if (rule === undefined)
        throw new CommandError(EXIT.usage, `there is no rule ${id}; \`betrace rules list\` names them`);
      if (json) writeJson(io, rule);
      else io.out.write(describeRule(rule));
    });
  rules
    .command("apply")
    .description(
      "make the rules of these files, or change those that exist; nothing is sent while any file has an error",
    )
    .argument("<file...>", "rule files, as for check")
    .addHelpText("after", "\nExamples:\n  $ betrace rules apply rules/*.yaml")
    .action(async (files: string[], _options: object, command: Command) => {
      const wanted = await readSoundRules(files, io);
      const api = serverOf(command, io);
      for (const { rule } of wanted) {
        const before = await api.rule(rule.id);
        const after = before === undefined ? await api.createRule(rule) : await api.changeRule(rule);
        const what =
          before === undefined ? "made" : after.version > before.version ? "changed" : "as it was, or its description";
        io.out.write(`${rule.id}: ${what}, version ${after.version}\n`);
      }
      ended(EXIT.done);
    });
  rules
    .command("delete")
    .description("remove a rule; its versions, replays and violations stay")
    .argument("<id>")
    .addHelpText("after", "\nExamples:\n  $ betrace rules delete slow-db-no-retry")
    .action(async (id: string, _options: object, command: Command) => {
      await serverOf(command, io).deleteRule(id);
      io.out.write(`${id}: removed\n`);
    });
  return rules;
}

function rowOf({ id, severity, version, enabled, last_replay }: RuleAnswer): readonly string[] {
  const newest =
    last_replay === null
      ? "never"
      : `${last_replay.status}, ${counted(last_replay.violations_found, "violation")}${last_replay.first_violation_at === null ? "" : `, the first at ${last_replay.first_violation_at}`}${last_replay.incomplete_window_count > 0 ? ", incomplete" : ""}`;
  return [id, severity, String(version), enabled ? newest : `disabled; ${newest}`];
}

function describeRule(rule: RuleAnswer): string {
  return [
    `${rule.id}  ${rule.name}`,
    ...(rule.description === "" ? [] : [`  ${rule.description}`]),
    "",
    ...rule.dsl
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    "",
    table([
      ["  version", String(rule.version)],
      ["  severity", rule.severity],
      ["  enabled", rule.enabled ? "yes" : "no"],
      ...Object.entries(rule.annotations).map(([key, value]) => [`  ${key}`, value]),
      ["  last replay", rowOf({ ...rule, enabled: true })[3] ?? ""],
    ]),
  ].join("\n");
}
