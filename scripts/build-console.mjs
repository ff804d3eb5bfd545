// Builds apps/console into its dist/ where that is missing or older than its sources; about a second. Runs after `npm ci`
// (prepare) and before `npm run up` and `npm run demo`. Where Vite is not installed (`npm ci --omit=dev`) it says so and
// leaves everything as it is: an image takes dist/ from the stage that built it.
import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const home = resolve(dirname(fileURLToPath(import.meta.url)), "../apps/console");

/** @returns whether it was built now. */
export async function buildConsole() {
  const built = modifiedMs(join(home, "dist/index.html"));
  if (built !== undefined && built >= newestSourceMs()) return false;
  let vite;
  try {
    vite = await import("vite");
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("The console was not built: Vite is a development dependency and is not installed.");
    return false;
  }
  await vite.build({ root: home, configFile: join(home, "vite.config.ts"), logLevel: "warn" });
  return true;
}

function newestSourceMs() {
  const sources = ["src", "public", "../../packages/contracts/src"].flatMap((folder) =>
    readdirSync(join(home, folder), { recursive: true, withFileTypes: true }).map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name),
    ),
  );
  const all = [...sources, ...["index.html", "vite.config.ts", "package.json"].map((name) => join(home, name))];
  return Math.max(...all.map((path) => modifiedMs(path) ?? 0));
}

function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildConsole();
