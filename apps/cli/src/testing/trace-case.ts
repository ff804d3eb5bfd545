import type { Stack } from "../stack.js";
import { betrace, type Run } from "./run-betrace.js";

/** What is right: figures, or a refusal that says these words, or an answer that says it is incomplete. */
export type Outcome =
  | { readonly violations: number; readonly traces: number; readonly rejected_spans?: number }
  | { readonly refused: string }
  | { readonly incomplete: true };

/** Whether one of the right outcomes was seen; of a refusal, `seen` holds all that was said. */
export function isRight(seen: Outcome, right: readonly Outcome[]): boolean {
  return right.some((one) => {
    if ("refused" in one) return "refused" in seen && seen.refused.includes(one.refused);
    if ("incomplete" in one) return "incomplete" in seen;
    return (
      "violations" in seen &&
      seen.violations === one.violations &&
      seen.traces === one.traces &&
      (seen.rejected_spans ?? 0) === (one.rejected_spans ?? 0)
    );
  });
}

/** Replays a rule over files, without a server. */
export async function replayFiles(ruleFile: string, traceFiles: readonly string[]): Promise<Outcome> {
  const files = traceFiles.flatMap((file) => ["--traces", file]);
  return outcomeOf(await betrace(["replay", "--rule-file", ruleFile, ...files, "--json"]), 0);
}

/**
 * Pushes documents one after the other to a stack's store, and replays a rule over a part of the past, e.g.
 * `["2026-01-11", "2026-01-12"]`.
 */
export async function replayPushed(
  { apiUrl, tempo }: Stack,
  ruleFile: string,
  documents: readonly string[],
  [from, to]: readonly [string, string],
): Promise<Outcome> {
  let rejected = 0;
  for (const body of documents) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${tempo.otlpUrl}/v1/traces`, { method: "POST", headers, body });
    const text = await response.text();
    if (response.status === 400) return { refused: JSON.parse(text).message };
    if (response.status !== 200) throw new Error(`expected 200 or 400, found ${response.status}: ${text}`);
    rejected += Number(JSON.parse(text).partialSuccess.rejectedSpans ?? 0);
  }
  const args = ["--server", apiUrl, "--from", from, "--to", to, "--no-emit", "--json"];
  return outcomeOf(await betrace(["replay", "--rule-file", ruleFile, ...args]), rejected);
}

function outcomeOf({ code, out, err }: Run, rejected: number): Outcome {
  if (code === 4) return out === "" ? { refused: err } : { incomplete: true };
  if (code !== 0) throw new Error(`expected an end with 0 or 4, found ${code}: ${out}${err}`);
  const { traces_evaluated: traces, violations_found: violations } = JSON.parse(out);
  return { violations, traces, ...(rejected > 0 && { rejected_spans: rejected }) };
}
