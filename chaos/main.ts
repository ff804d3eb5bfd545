import { simulation } from "./rows/s-simulation.js";
import { killedWorkers } from "./rows/1-killed-workers.js";
import { poison } from "./rows/2-poison.js";
import { noWorkers } from "./rows/3-no-workers.js";
import { redisKilled } from "./rows/4-redis-killed.js";
import { blackHole } from "./rows/5-black-hole.js";
import { tempoFails } from "./rows/6-tempo-fails.js";
import { receiverFails } from "./rows/7-receiver-fails.js";
import { twice } from "./rows/8-twice.js";
import { steered } from "./rows/9-steered.js";
import { changed } from "./rows/10-changed.js";
import { largeTraces } from "./rows/11-large.js";
import { malformed } from "./rows/11-malformed.js";
import { overload } from "./rows/12-overload.js";
import { soak } from "./rows/13-soak.js";
import type { Row } from "./row.js";

const ROWS: readonly Row[] = [
  simulation,
  killedWorkers,
  poison,
  noWorkers,
  redisKilled,
  blackHole,
  tempoFails,
  receiverFails,
  twice,
  steered,
  changed,
  malformed,
  largeTraces,
  overload,
  soak,
];

const HELP = `usage: npm run chaos -- [--seed N] [--scale short|full] [--minutes N] [row ...]

Injects faults and checks that nothing was lost and nothing counted twice. Rows: ${[...new Set(ROWS.map((row) => row.id))].join(" ")}. Default: all, full.
--minutes: how long row 13 goes on instead of an hour (short: a minute).
Exit code 0: every promise held; 1: one did not; 2: wrong arguments.`;

async function main(args: readonly string[]): Promise<number> {
  let seed = Math.floor(Math.random() * 1_000_000);
  let scale: "short" | "full" = "full";
  let minutes: number | undefined;
  const wanted: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--seed") seed = Number(args[++i]);
    else if (arg === "--minutes") minutes = Number(args[++i]);
    else if (arg === "--scale" && (args[i + 1] === "short" || args[i + 1] === "full"))
      scale = args[++i] as typeof scale;
    else if (ROWS.some((row) => row.id === arg)) wanted.push(arg);
    else {
      console.error(HELP);
      return 2;
    }
  }
  console.log(`seed ${seed}, scale ${scale}`);
  let broken = 0;
  for (const row of ROWS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    const startedAt = Date.now();
    try {
      const figures = await row.run({ seed, scale, minutes });
      console.log(`ok   ${row.id}  ${row.title} (${seconds(startedAt)})`);
      for (const line of figures) console.log(`        ${line}`);
    } catch (error) {
      broken++;
      console.log(`FAIL ${row.id}  ${row.title} (${seconds(startedAt)}): run again with --seed ${seed} ${row.id}`);
      console.log(error instanceof Error ? error.stack : error);
    }
  }
  return broken === 0 ? 0 : 1;
}

function seconds(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
}

process.exit(await main(process.argv.slice(2)));
