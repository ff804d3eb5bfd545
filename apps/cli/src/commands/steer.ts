import { Command } from "commander";
import { hasEnded } from "../describe-replay.js";
import type { Io } from "../io.js";
import type { Ended } from "../program.js";
import { follow, show } from "./follow.js";
import { serverOf, writeJson } from "./server.js";

/** `betrace status`. */
export function statusCommand(io: Io, ended: Ended): Command {
  return new Command("status")
    .description("where a replay stands, or the newest one of a rule")
    .argument("<id>", "of a replay (rp_...) or of a rule")
    .option("--wait", "follow it to its end", false)
    .option("--json", "the whole answer, as the API gives it", false)
    .option("--fail-on-violation", "end with 3 where violations were found", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace status slow-db-no-retry\n  $ betrace status rp_0mh2k9c1a4f0d --wait",
    )
    .action(
      async (id: string, options: { wait: boolean; json: boolean; failOnViolation: boolean }, command: Command) => {
        const api = serverOf(command, io);
        const replay = await (id.startsWith("rp_") ? api.replay(id) : api.newestReplay(id));
        const following = options.wait && !hasEnded(replay);
        ended(following ? await follow(command, replay.replay_id, io, options) : show(replay, io, options));
      },
    );
}

const VERBS = [
  ["cancel", "stop a replay; what was counted stays"],
  ["pause", "let running shards finish and start no other"],
  ["resume", "go on with a paused replay"],
  ["retry", "read again what failed or could not be read, nothing else"],
] as const;

/** `betrace cancel`, `pause`, `resume`, `retry`. */
export function steerCommands(io: Io): readonly Command[] {
  return VERBS.map(([verb, description]) =>
    new Command(verb)
      .description(description)
      .argument("<id>", "of a replay (rp_...)")
      .option("--json", "the whole answer, as the API gives it", false)
      .addHelpText("after", `\nExamples:\n  $ betrace ${verb} rp_0mh2k9c1a4f0d`)
      .action(async (id: string, { json }: { json: boolean }, command: Command) => {
        const replay = await serverOf(command, io).steer(verb, id);
        if (json) writeJson(io, replay);
        else if (replay.cancel_requested && !hasEnded(replay)) io.out.write(`${id}: being cancelled\n`);
        else io.out.write(`${id}: ${replay.status}\n`);
      }),
  );
}
