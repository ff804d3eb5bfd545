/** What a refused query is told besides the place: everything the subset understands. */
export const SUPPORTED =
  "supported here: { filters } with && || and ( ), = != > >= < <= =~ !~, != nil, intrinsics, span.x, resource.x; " +
  "{ A } && { B }, { A } || { B }; | by(x), | select(x, y), | count() > n, | coalesce()";

/** A query that is wrong, or right in Tempo and not understood here. Answered with 400; never with a wrong answer. */
export class TraceqlError extends Error {
  override readonly name = "TraceqlError";

  /** A mistake at a place, worded as Tempo words it. `offset` counts from 0 into the query's text. */
  static at(text: string, offset: number, message: string): TraceqlError {
    const before = text.slice(0, offset).split("\n");
    const line = before.length;
    const column = (before.at(-1) ?? "").length + 1;
    return new TraceqlError(`parse error at line ${line}, col ${column}: ${message}`);
  }
}
