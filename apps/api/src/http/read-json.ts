import { locateJsonError } from "./json-error.js";
import { ProblemError } from "./problem-error.js";

/**
 * A body's bytes as JSON; nobody asks for its Content-Type, because `curl -d` sends JSON as a form.
 * @throws ProblemError `invalid_json` with the place.
 */
export function readJson(bytes: unknown): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes instanceof Uint8Array ? bytes : new Uint8Array());
  } catch (cause) {
    throw new ProblemError("invalid_json", "the body is not UTF-8", { cause });
  }
  if (text.trim() === "") throw new ProblemError("invalid_json", "the body is empty; send a JSON object");
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message, line, column, position } = locateJsonError(text);
    throw new ProblemError("invalid_json", `${message} at line ${line}, column ${column} (position ${position})`, {
      errors: [{ code: "invalid_json", message, line, column }],
      cause,
    });
  }
}
