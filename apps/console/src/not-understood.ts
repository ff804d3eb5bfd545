import { nearest } from "@betrace/contracts";
import { TEMPLATES } from "./pages/templates.js";
import type { Place } from "./place.js";

/** What a value can be, where neither the page nor the API would say that it cannot be what it is. */
interface Values {
  readonly expected: string;
  fits(value: string): boolean;
}

const oneOf = (...words: readonly string[]): Values => ({
  expected: words.join(", "),
  fits: (value) => words.includes(value),
});
/** As the panel that tries a rule reads it. */
const TRY: Values = {
  expected: "15m, 1h, or the time at which an hour begins",
  fits: (value) => value === "15m" || value === "1h" || !Number.isNaN(Date.parse(value)),
};

/** What the pages read from the query of their address. */
const READ: Readonly<Record<Place["page"], Readonly<Record<string, Values | undefined>>>> = {
  home: {},
  "new-rule": {
    template: oneOf(...TEMPLATES.map(({ id }) => id)),
    name: undefined,
    dsl: undefined,
    try: TRY,
    trace: undefined,
    span: undefined,
  },
  rule: { name: undefined, dsl: undefined, try: TRY, trace: undefined, span: undefined, version: undefined },
  plan: { last: undefined, since: undefined, start: undefined, end: undefined, emit: oneOf("no"), shard: undefined },
  replays: {},
  replay: {},
  violations: {
    rule: undefined,
    service: undefined,
    severity: undefined,
    order: undefined,
    start: undefined,
    end: undefined,
    trace: undefined,
    span: undefined,
  },
  unknown: {},
};

/** A part of an address that would have no effect. */
export interface NotUnderstood {
  readonly name: string;
  readonly value: string;
  /** A sentence for a person. */
  readonly why: string;
  /** The name that was probably meant, where the address does not hold it already. */
  readonly meant: string | undefined;
}

/** The parts of a query that the page at `page` does not understand, in their order. */
export function notUnderstood(page: Place["page"], search: string): readonly NotUnderstood[] {
  // A page that is none says so itself.
  if (page === "unknown") return [];
  const read = new Map(Object.entries(READ[page]));
  const query = new URLSearchParams(search);
  const seen = new Set<string>();
  return [...query].flatMap(([name, value]): NotUnderstood[] => {
    const first = !seen.has(name);
    seen.add(name);
    if (!read.has(name)) {
      const guess = nearest(name, [...read.keys()]);
      const meant = guess === undefined || query.has(guess) ? undefined : guess;
      return [{ name, value, why: `This page knows no “${name}”.`, meant }];
    }
    if (!first) return [{ name, value, why: `“${name}” stands there twice; the first counts.`, meant: undefined }];
    const values = read.get(name);
    if (values === undefined || values.fits(value)) return [];
    return [{ name, value, why: `“${name}” can be ${values.expected}.`, meant: undefined }];
  });
}
