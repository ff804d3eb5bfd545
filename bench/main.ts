// `npm run bench [evaluate|decode|replay]`: each prints figures and ratios against a baseline measured in the same run.
import { cpus } from "node:os";
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

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
const wanted = process.argv.slice(2);
for (const bench of BENCHES) {
  if (wanted.length === 0 || wanted.includes(bench.name)) printTable(bench.title, await bench.run());
}
