import { readFileSync } from "node:fs";

/** Which state may follow which: state → the states that its row of the table names. */
export type StateTable = ReadonlyMap<string, ReadonlySet<string>>;

/** The tables that the project states in prose, read from where they are stated. They are the model: no test has one of its own. */
export interface StateTables {
  readonly replay: StateTable;
  readonly shard: StateTable;
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** @throws Error where the guide for operators and the code that owns the states do not say the same. */
export function readStateTables(): StateTables {
  const [replay, shard] = tablesIn(read("packages/replay/src/ledger/prelude.ts"));
  const [told] = tablesIn(read("docs/operating.md"));
  if (replay === undefined || shard === undefined || told === undefined) throw new Error("a state table is missing");
  if (edgesOf(told).join() !== edgesOf(replay).join()) {
    throw new Error(`docs/operating.md says ${edgesOf(told)}, the ledger says ${edgesOf(replay)}`);
  }
  return { replay, shard };
}

/** Every edge as `from → to`, sorted. */
export function edgesOf(table: StateTable): readonly string[] {
  return [...table].flatMap(([from, next]) => [...next].map((to) => `${from} → ${to}`)).sort();
}

/** Tables in Markdown whose columns are a state, what it means, and what it becomes; also within a doc comment. */
function tablesIn(text: string): StateTable[] {
  const tables: string[][][] = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const cells = /^\s*\*? *\|(.*)\|\s*$/
      .exec(line)?.[1]
      ?.split("|")
      .map((cell) => cell.replaceAll("`", "").trim());
    if (cells?.length === 3 && cells[1] === "means" && cells[2] === "becomes") {
      tables.push([]);
      inside = true;
    } else if (cells?.length !== 3) inside = false;
    else if (inside && !cells[0]?.startsWith("---")) tables.at(-1)?.push(cells);
  }
  return tables.map((rows) => {
    const states = new Set(rows.map(([state]) => state ?? ""));
    return new Map(
      rows.map(([state = "", , becomes = ""]) => {
        const words = becomes.replace(/\([^)]*\)/g, "").match(/\w+/g) ?? [];
        return [state, new Set(words.filter((word) => states.has(word)))];
      }),
    );
  });
}
