import { trimTraceId } from "./decode/search-answer.js";

const FIRST_DIGITS = [..."123456789abcdef"];
const DIGITS = [..."0123456789abcdef"];

/**
 * Regular expressions that part the trace ids that `regex` matches, as Tempo sees them: without leading zeros, so there is
 * no part that begins with 0. Level one has 15 parts (`1.*`), level two 16 of each (`10.*`); an id of one digit goes with
 * the first of its parts.
 */
export function idPrefixParts(regex: string | undefined): readonly string[] {
  if (regex === undefined) return FIRST_DIGITS.map((digit) => `${digit}.*`);
  const prefix = regex.replace(/\.\*$/, "");
  return DIGITS.map((digit, index) => (index === 0 ? `${prefix}|${prefix}${digit}.*` : `${prefix}${digit}.*`));
}

/**
 * `trace:id =~ "a|b|…"`; 15 times cheaper for Tempo than equalities joined with `||`. A single id stands there twice: what
 * reads as a plain hex number Tempo takes for an id and fails with "operator not supported for IDs" (2.10.8 and 3.0.3).
 */
export function traceIdCondition(traceIds: readonly string[]): string {
  const ids = traceIds.map(trimTraceId);
  return `trace:id =~ "${(ids.length === 1 ? [...ids, ...ids] : ids).join("|")}"`;
}

/** How many ids a text of so many bytes holds, at least one; an id takes up to 33. */
export const idsThatFit = (bytes: number): number => Math.max(1, Math.floor(bytes / 33));

/** Cuts a list of ids so that the text of each part stays within `maxBytes`. */
export function idBatches(traceIds: readonly string[], maxBytes: number): readonly (readonly string[])[] {
  const perBatch = idsThatFit(maxBytes);
  const batches: string[][] = [];
  for (let at = 0; at < traceIds.length; at += perBatch) batches.push(traceIds.slice(at, at + perBatch));
  return batches;
}
