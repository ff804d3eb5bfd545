const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/** The first key that stands twice in one object of a JSON text, in quotes. */
export function duplicateKey(json: string): string {
  /** Keys of the objects that are open; undefined for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let before = "";
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: unknown = JSON.parse(before);
      const keys = open.at(-1);
      if (keys?.has(String(key))) return JSON.stringify(key);
      keys?.add(String(key));
    }
    before = token;
  }
  return "a key";
}
