import type { ProblemItem } from "@betrace/contracts";
import { invalidRequest } from "./invalid-request.js";

/**
 * The query of an address by its parameters. Nothing is dropped or guessed: what is repeated, empty or encoded wrongly
 * is refused.
 * @throws ProblemError `invalid_request` with every parameter that cannot be read.
 */
export function readQuery(address: string): Readonly<Record<string, string>> {
  const at = address.indexOf("?");
  const pieces = at < 0 ? [] : address.slice(at + 1).split("&");
  const values = new Map<string, string[]>();
  const errors: ProblemItem[] = [];
  for (const piece of pieces) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    const [rawName, rawValue] = equals < 0 ? [piece, ""] : [piece.slice(0, equals), piece.slice(equals + 1)];
    const [name, value] = [decoded(rawName), decoded(rawValue)];
    if (name === undefined || value === undefined) {
      const message = `${JSON.stringify(piece.slice(0, 100))} holds a % that no two hex digits of UTF-8 follow`;
      errors.push({ path: (name ?? rawName).slice(0, 100), code: "invalid_encoding", message });
    } else values.set(name, [...(values.get(name) ?? []), value]);
  }
  for (const [name, given] of values) {
    const path = name.slice(0, 100);
    if (given.length > 1) {
      errors.push({ path, code: "repeated_parameter", message: `given ${given.length} times; give it once` });
    } else if (given[0] === "") {
      errors.push({ path, code: "empty_parameter", message: "has no value; give one, or leave it out" });
    }
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return Object.fromEntries([...values].map(([name, [value = ""]]) => [name, value]));
}

/** As forms write it: a + is a space. Undefined for a broken percent-encoding, or bytes that are not UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
