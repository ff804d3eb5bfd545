// `TEMPO_URL=... npm run bench:tempo -- [shop] [boutique] [dense] [range] [rules] [workers]`: the replay against a real Tempo's own search.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endpointsFrom } from "./endpoints.js";
import { describeMachine } from "./machine.js";
import { printTable, type Table } from "./result.js";
import type { Section } from "./section.js";

const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));
const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  shop: async () => (await import("./shop.js")).shop,
  boutique: async () => (await import("./boutique.js")).boutique,
  dense: async () => (await import("./dense.js")).dense,
  range: async () => (await import("./range-growth.js")).rangeGrowth,
  rules: async () => (await import("./many-rules.js")).manyRules,
  workers: async () => (await import("./many-workers.js")).manyWorkers,
};

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(SECTIONS) : asked;
const endpoints = endpointsFrom(process.env);
const machine = await describeMachine(endpoints.tempoUrl);
console.log(
  `${machine.cpus} × ${machine.cpu}, load ${machine.loadAverage}, node ${machine.node}, Tempo ${machine.tempo}, BeTrace ${machine.commit}, seed ${machine.seed}`,
);

const results: { readonly section: string; readonly tables: readonly Table[] }[] = [];
/** After each table: a later one that fails takes no figures with it. */
function keep(): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = `tempo-${machine.at.replaceAll(":", "-")}.json`;
  writeFileSync(`${RESULTS}${file}`, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
}

// Ends by `exit`, so that what was started here is ended too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

for (const name of names) {
  const section = await SECTIONS[name]?.();
  if (section === undefined)
    throw new Error(`there is no section ${name}; there are ${Object.keys(SECTIONS).join(", ")}`);
  const tables: Table[] = [];
  results.push({ section: name, tables });
  console.log(`\n${name}, ${new Date().toISOString()}`);
  for await (const table of section.run(endpoints)) {
    printTable(table);
    tables.push(table);
    keep();
  }
}
const broken = results.flatMap(({ tables }) =>
  tables.flatMap(({ lines }) => lines.filter((line) => line.bar?.kept === false)),
);
console.log(broken.length === 0 ? "\nEvery bar was kept." : `\n${broken.length} bar(s) were NOT kept.`);
process.exitCode = broken.length === 0 ? 0 : 1;
