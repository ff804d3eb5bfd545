import type { RuleAnswer } from "@betrace/contracts";
import { Command } from "commander";
import { counted } from "../describe-replay.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Ended } from "../program.js";
import { table } from "../table.js";
import { changesOf, type FieldChange, showChange, wholeRule } from "../rule-files/compare-rule.js";
import { readSoundRules } from "./read-rules.js";
import { serverOf, writeJson } from "./server.js";

/** `betrace rules`: those that a server keeps. */
export function rulesCommand(io: Io, ended: Ended): Command {
  const rules = new Command("rules")
    .description("rules on the server: list, get, apply, diff, delete")
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
      if (json) writeJson(io, rule);
      else io.out.write(describeRule(rule));
    });
  rules
    .command("apply")
    .description("make the server's rules equal to those of these files; nothing is sent while any file has an error")
    .argument("<file...>", "rule files, as for check")
    .addHelpText(
      "after",
      `
Examples:
  $ betrace rules apply rules/*.yaml
  $ helm template rules | betrace rules apply -

A field that a file leaves out gets its default. Rules that stand in no file are left alone.`,
    )
    .action(async (files: string[], _options: object, command: Command) => {
      const wanted = await readSoundRules(files, io);
      const api = serverOf(command, io);
      for (const file of wanted) {
        const rule = wholeRule(file);
        const before = await api.ruleIfAny(rule.id);
        if (before === undefined) {
          const { version } = await api.createRule(rule);
          io.out.write(`${rule.id}: made, version ${version}\n`);
          continue;
        }
        const changes = changesOf(before, file);
        const { version } = changes.length === 0 ? before : await api.changeRule(rule);
        io.out.write(
          sayChanges(`${rule.id}: ${changes.length === 0 ? "unchanged" : "changed"}, version ${version}`, changes),
        );
      }
      ended(EXIT.done);
    });
  rules
    .command("diff")
    .description("what apply would change, field by field, without doing it; ends with 3 if anything would")
    .argument("<file...>", "rule files, as for check")
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace rules diff rules/*.yaml\n  $ helm template rules | betrace rules diff -",
    )
    .action(async (files: string[], _options: object, command: Command) => {
      const wanted = await readSoundRules(files, io);
      const api = serverOf(command, io);
      let same = true;
      for (const file of wanted) {
        const { id } = file.rule;
        const before = await api.ruleIfAny(id);
        const changes = before === undefined ? [] : changesOf(before, file);
        const what = before === undefined ? "would be made" : changes.length === 0 ? "unchanged" : "would change";
        if (what !== "unchanged") same = false;
        io.out.write(sayChanges(`${id}: ${what}`, changes));
      }
      ended(same ? EXIT.done : EXIT.violationsFound);
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

function sayChanges(headline: string, changes: readonly FieldChange[]): string {
  return [headline, ...changes.flatMap(showChange).map((line) => `  ${line}`), ""].join("\n");
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
