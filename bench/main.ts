// `npm run bench [evaluate|decode|replay]`: each prints figures and ratios against a baseline measured in the same run.
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { printTable, type Row } from "./measure.js";

const BENCHES: readonly { readonly name: string; readonly title: string; run(): Promise<Row[]> | Row[] }[] = [
  {
    name: "evaluate",
    title: "Evaluation, per second of CPU time: times are multiples of the baseline's",
    run: async () => (await import("./evaluate.js")).benchEvaluate(),
  },
  {
    name: "decode",
    title: "Decoding a search answer",
    run: async () => (await import("../packages/tempo/bench/decode.js")).benchDecode(),
  },
  {
    name: "replay",
    title: "The demo's day, on the embedded store",
    run: async () => (await import("./replay.js")).benchReplay(),
  },
];

const wanted = process.argv.slice(2);
const names = BENCHES.map(({ name }) => name).filter((name) => wanted.length === 0 || wanted.includes(name));
if (names.length > 1) {
  // Each in a process of its own: what one leaves on the heap, the collector would charge to the next.
  for (const name of names) {
    const { status } = spawnSync(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url), name], {
      stdio: "inherit",
    });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
  for (const bench of BENCHES) if (names.includes(bench.name)) printTable(bench.title, await bench.run());
}
