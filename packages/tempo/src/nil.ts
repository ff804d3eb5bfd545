/**
 * A condition that holds for spans where an attribute has a value although a `select` of it may answer "nil": the string
 * "nil" itself, a number or a boolean in an attribute whose column holds strings, a string where the column holds integers
 * (`http.status_code`, the one such column of Tempo's). `|| false` keeps Tempo 3 from joining the two booleans into a list,
 * which fails the query on arrays; `!= 0.0` finds NaN. An array of the column's own type stays unseen: no condition reaches it
 * (`columns.ts`).
 */
export function nilCondition(name: string): string {
  const strings = name === 'span."http.status_code"' ? `${name} >= ""` : `${name} = "nil"`;
  const numbers = [`${name} >= 0`, `${name} < 0`, `${name} >= 0.0`, `${name} < 0.0`, `${name} != 0.0`];
  const booleans = [`(${name} = true || false)`, `(${name} = false || false)`];
  return [strings, ...(name === 'span."http.status_code"' ? numbers.slice(2) : numbers), ...booleans].join(" || ");
}
