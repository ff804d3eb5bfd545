import { setTimeout as sleep } from "node:timers/promises";
import type { ReplayAnswer } from "@betrace/contracts";
import type { Command } from "commander";
import { describeProgress, describeReplay, hasEnded, isWhole } from "../describe-replay.js";
import { CommandError, EXIT, type ExitCode } from "../exit-codes.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { serverOf, writeJson } from "./server.js";

const POLL_MS = 500;
/** How long the server may be away, e.g. restarted, before following it is given up. */
const PATIENCE_MS = 30_000;
/** The bar's steps: progress is a part of the range. */
const WHOLE = 1_000;

export interface ShowOptions {
  readonly json: boolean;
  readonly failOnViolation: boolean;
}

/** How long the last words of one who follows may take, milliseconds. */
const FAREWELL_MS = 1_000;

/** Shows a replay until it has ended, then its answer, and says how the command ends. A Ctrl-C leaves the replay running. */
export async function follow(command: Command, replayId: string, io: Io, options: ShowOptions): Promise<ExitCode> {
  const signal = io.endsItself(FAREWELL_MS);
  const api = serverOf(command, io, { signal });
  const progress = createProgress(io.err, "Replaying", WHOLE);
  let answeredAt = performance.now();
  try {
    for (;;) {
      const replay = await api.replay(replayId).catch((error: unknown) => {
        const passing = error instanceof CommandError && error.code === EXIT.unreachable;
        if (passing && performance.now() - answeredAt < PATIENCE_MS) return undefined;
        throw error;
      });
      if (replay !== undefined) {
        answeredAt = performance.now();
        if (hasEnded(replay)) {
          progress.finish(describeProgress(replay));
          return show(replay, io, options);
        }
        progress.update(Math.floor(replay.progress * WHOLE), describeProgress(replay));
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    progress.stop();
    if (signal.aborted) {
      io.err.write(`\nThe replay goes on. ${howToComeBack(replayId)}\n`);
      throw signal.reason;
    }
    if (error instanceof CommandError && error.code === EXIT.unreachable) {
      throw new CommandError(
        error.code,
        `${error.message}\nThe replay goes on without this command. ${howToComeBack(replayId)}`,
      );
    }
    throw error;
  }
}

/** Shows where a replay stands, and says how the command ends. */
export function show(replay: ReplayAnswer, io: Io, { json, failOnViolation }: ShowOptions): ExitCode {
  if (json) writeJson(io, replay);
  else io.out.write(`${describeReplay(replay)}\n`);
  if (failOnViolation && replay.violations_found > 0) return EXIT.violationsFound;
  return hasEnded(replay) && !isWhole(replay) ? EXIT.incomplete : EXIT.done;
}

export function howToComeBack(replayId: string): string {
  return `Come back with \`betrace status ${replayId} --wait\`, end it with \`betrace cancel ${replayId}\`.`;
}
