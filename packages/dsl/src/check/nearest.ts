import { FUNCTIONS, KEYED_FIELDS, OTHER_NAMES, SPAN_FIELDS, TRACE_FIELDS } from "./vocabulary.js";

const FIELDS = [...SPAN_FIELDS.keys(), ...KEYED_FIELDS.keys(), ...TRACE_FIELDS.keys()];
const CALLS = [...FUNCTIONS.keys()];

/** Longer names than this are no slip of the fingers. */
const MAX_NAME = 40;

/** The known field or call that somebody meant who wrote this name; undefined if none is near. */
export function nearestName(written: string, among: "fields" | "calls" | "both"): string | undefined {
  const name = bare(written);
  if (name.length > MAX_NAME) return undefined;
  const known = among === "fields" ? FIELDS : among === "calls" ? CALLS : [...FIELDS, ...CALLS];
  const other = OTHER_NAMES.get(name);
  if (other && known.includes(other)) return other;
  // `duration > 2s`: the field without its "span." in front.
  const withoutPrefix = known.find((candidate) => bare(candidate.slice(candidate.indexOf(".") + 1)) === name);
  if (withoutPrefix) return withoutPrefix;
  return nearest(name, known);
}

/** The candidate that is fewest edits away, if these are few for its length. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const written = bare(name);
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const wanted = bare(candidate);
    const most = Math.max(1, Math.floor(wanted.length / 4));
    if (Math.abs(written.length - wanted.length) > most) continue;
    const edits = distance(written, wanted);
    if (edits < fewest && edits <= most) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** Letters only, so that `span.statusMessage` and `span.status_message` are the same. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to another. Quadratic: for names, not for texts. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, at(beforeLast, column - 2) + 1);
      }
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
