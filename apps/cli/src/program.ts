import { Command } from "commander";
import { checkCommand } from "./commands/check.js";
import { completionCommand } from "./commands/completion.js";
import { demoCommand, upCommand } from "./commands/local.js";
import { replayCommand } from "./commands/replay.js";
import { rulesCommand } from "./commands/rules.js";
import { statusCommand, steerCommands } from "./commands/steer.js";
import { violationsCommand } from "./commands/violations.js";
import { CommandError, EXIT, EXIT_MEANS } from "./exit-codes.js";
import type { Io } from "./io.js";
import { version } from "./version.js";

/** What a command hands back: how the process shall end. */
export type Ended = (code: number) => void;

/** The whole command line. `ended` is told the exit code of a command that ran to its end; errors are thrown, a `CommanderError` for wrong usage. */
export function createProgram(io: Io, ended: Ended): Command {
  const program = new Command("betrace")
    .description("Replay a rule about how a trace must not look over the traces that Tempo already holds.")
    .version(version())
    .option("--server <url>", "where BeTrace's API answers (BETRACE_URL; http://127.0.0.1:8080 by default)")
    .option("--timeout <duration>", "how long the server may take for one answer (30s by default)")
    .addHelpText(
      "after",
      `
Examples:
  $ betrace check rules/*.yaml
  $ betrace rules apply rules/slow-db.yaml
  $ betrace replay slow-db-no-retry --since 24h
  $ betrace replay --rule-file rules/slow-db.yaml --traces dump.otlp.jsonl.gz --fail-on-violation

Exit codes:
${Object.entries(EXIT_MEANS)
  .map(([code, means]) => `  ${code.padStart(3)}  ${means}`)
  .join("\n")}`,
    );
  for (const command of [
    upCommand(io),
    demoCommand(io, ended),
    checkCommand(io, ended),
    rulesCommand(io, ended),
    replayCommand(io, ended),
    statusCommand(io, ended),
    ...steerCommands(io),
    violationsCommand(io),
    completionCommand(io, () => program),
  ]) {
    program.addCommand(command);
  }
  for (const command of withDescendants(program)) {
    refuseRepeats(command);
    command
      .exitOverride()
      .showHelpAfterError("(add --help for what is possible)")
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ writeOut: (text) => io.out.write(text), writeErr: (text) => io.err.write(text) });
  }
  return program;
}

/** An option that takes one value is given once: of two, one would be dropped without a word. */
function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (option.variadic || option.isBoolean()) continue;
    let first: string | undefined;
    command.on(`option:${option.name()}`, (value: string) => {
      if (first !== undefined) {
        throw new CommandError(
          EXIT.usage,
          `${option.long} is given twice, with "${first}" and "${value}"; leave one out`,
        );
      }
      first = value;
    });
  }
}

/** A command and all that are below it. */
export function withDescendants(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withDescendants)];
}
