import { execFileSync } from "node:child_process";
import { malformed } from "./rows/11-malformed.js";
import { receiverFails } from "./rows/7-receiver-fails.js";
import { twice } from "./rows/8-twice.js";

/** The quick ones; `npm run chaos` runs all, and longer. */
const ROWS = [receiverFails, twice, malformed];

describe("the fault rows, short", function () {
  this.timeout(240_000);
  const here = hasRedisServer();
  const seed = Date.now() % 1_000_000;

  for (const row of ROWS) {
    it(`${row.id}: ${row.title}`, async function () {
      if (!here && row !== malformed) {
        console.log("      skipped: it needs a redis-server on the PATH");
        return this.skip();
      }
      try {
        await row.run({ seed, scale: "short" });
      } catch (error) {
        throw new Error(`run again with: npm run chaos -- --scale short --seed ${seed} ${row.id}`, { cause: error });
      }
    });
  }
});

function hasRedisServer(): boolean {
  try {
    execFileSync("redis-server", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
