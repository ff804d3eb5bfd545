import { epochProblem } from "@betrace/contracts";
import { decodeBody } from "./decode-body.js";
import { jsonFaults, type NumberFault } from "./json-faults.js";
import { numberFault } from "./json-number.js";
import { ProblemError } from "./problem-error.js";

/**
 * In annotations a number is kept as its text: it must come as it was written, or in quotes. Where a time belongs no
 * number is taken at all, and one in nanoseconds, which a double does not hold, is to hear so like any other.
 */
const faultOfNumber: NumberFault = (token, field) => {
  const fault = numberFault(token, field === "annotations");
  return fault !== undefined && (field === "start_time" || field === "end_time") ? epochProblem(token) : fault;
};

/**
 * A body's bytes as JSON, or a refusal of what would be lost on the way. Nobody asks what kind its Content-Type says,
 * because `curl -d` sends JSON as a form; only a charset in it counts.
 * @throws ProblemError `invalid_json` or `invalid_request`, with the place.
 */
export function readJson(bytes: Uint8Array, contentType: string | undefined): unknown {
  const text = decodeBody(bytes, contentType);
  if (text.trim() === "") throw new ProblemError("invalid_json", "the body is empty; send a JSON object");
  const faults = jsonFaults(text, faultOfNumber);
  if (faults.length === 0) return JSON.parse(text);
  const errors = faults.map(({ code, path, message, line, column }) => ({
    ...(path !== "" && { path: path.slice(0, 100) }),
    code,
    message,
    line,
    column,
  }));
  const detail = faults.map(({ code, path, message, line, column, position }) => {
    const place = `at line ${line}, column ${column} (position ${position})`;
    return code === "invalid_json" ? `${message} ${place}` : `${path.slice(0, 100)}: ${message} ${place}`;
  });
  const code = faults.some((fault) => fault.code === "invalid_json") ? "invalid_json" : "invalid_request";
  throw new ProblemError(code, detail.join("; "), { errors });
}
