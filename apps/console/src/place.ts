/** Where in the console an address leads. */
export type Place =
  | { readonly page: "home" }
  | { readonly page: "new-rule" }
  | { readonly page: "rule"; readonly ruleId: string }
  | { readonly page: "plan"; readonly ruleId: string }
  | { readonly page: "replays" }
  | { readonly page: "replay"; readonly replayId: string }
  | { readonly page: "violations" }
  | { readonly page: "unknown" };

/** The place that a path names; an id is unescaped. */
export function placeOf(path: string): Place {
  const [first, second, third, ...more] = path.split("/").filter((part) => part !== "");
  if (more.length > 0) return { page: "unknown" };
  if (first === undefined) return { page: "home" };
  if (first === "violations" && second === undefined) return { page: "violations" };
  if (first === "replays" && third === undefined) {
    return second === undefined ? { page: "replays" } : { page: "replay", replayId: unescaped(second) };
  }
  if (first === "rules" && second !== undefined) {
    if (second === "new" && third === undefined) return { page: "new-rule" };
    if (third === undefined) return { page: "rule", ruleId: unescaped(second) };
    if (third === "replay") return { page: "plan", ruleId: unescaped(second) };
  }
  return { page: "unknown" };
}

/** Paths of the console, so that they are spelled in one place. */
export const paths = {
  home: "/",
  newRule: "/rules/new",
  rule: (id: string) => `/rules/${encodeURIComponent(id)}`,
  plan: (id: string) => `/rules/${encodeURIComponent(id)}/replay`,
  replays: "/replays",
  replay: (id: string) => `/replays/${encodeURIComponent(id)}`,
  violations: "/violations",
} as const;

/** A value for the address; undefined and the empty string leave it out. */
export type QueryChanges = Readonly<Record<string, string | undefined>>;

/** A path with a query string of what is given. */
export function withQuery(path: string, values: QueryChanges): string {
  return `${path}${changeQuery("", values)}`;
}

/** The query string `search` with some values changed; the others and their order stay. Begins with `?` or is empty. */
export function changeQuery(search: string, changes: QueryChanges): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  // Times stand in addresses that people read and send on: a colon needs no escape there.
  const text = query.toString().replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
