/** The only error of this package. The message says where in the document, what was expected there and what was found. */
export class OtlpJsonError extends Error {
  override readonly name = "OtlpJsonError";

  /** `place` is a path such as `resourceSpans[0].scopeSpans[0].spans[3].kind`; empty for the document itself. */
  constructor(
    readonly place: string,
    readonly problem: string,
  ) {
    super(place === "" ? problem : `${place}: ${problem}`);
  }
}

/** Longest piece of a document that a message repeats, characters. */
const MAX_SHOWN = 120;

/** An error at `place`, to be put {@link under} what surrounds it. */
export function misread(place: string, expected: string, found: unknown): OtlpJsonError {
  return new OtlpJsonError(place, `expected ${expected}, found ${shown(found)}`);
}

/** The error as seen from the outside: `place` comes before its own. Anything else than an {@link OtlpJsonError} stays as it is. */
export function under(error: unknown, place: string): unknown {
  if (!(error instanceof OtlpJsonError)) return error;
  return new OtlpJsonError(joined(place, error.place), error.problem);
}

/** The place of something within something; either may be empty. */
export function joined(outer: string, inner: string): string {
  return outer === "" || inner === "" || inner.startsWith("[") ? outer + inner : `${outer}.${inner}`;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text =
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner)) ?? "nothing";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
