import { CommanderError } from "commander";
import { CommandError, EXIT } from "./exit-codes.js";
import { type Io, paintFor } from "./io.js";
import { createProgram } from "./program.js";

/** Runs one command line, without the names of node and script; what went wrong is said on `io.err`. Returns the exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    // Commander has said it already.
    if (error instanceof CommanderError) return error.exitCode;
    const message = error instanceof Error ? error.message : String(error);
    io.err.write(`${paintFor(io.err, io.env)("red", "betrace:")} ${message}\n`);
    return error instanceof CommandError ? error.code : EXIT.usage;
  }
}
