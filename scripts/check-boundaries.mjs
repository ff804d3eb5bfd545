// Fails when a package imports another one past its front door, or one that the layering does not allow it to see.
// The layering is the table below; adding a row is a decision, so it stands here and not in a config of a tool.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const MAY_IMPORT = {
  "packages/contracts": [],
  "packages/otlp-json": [],
  "packages/dsl": ["contracts"],
  "packages/tempo": ["contracts", "otlp-json"],
  "packages/violations": ["contracts"],
  "packages/tempo-lite": ["contracts", "otlp-json"],
  "packages/local-redis": [],
  "packages/replay": ["contracts", "dsl", "tempo", "violations"],
  "apps/console": ["contracts"],
  "apps/api": ["console", "contracts", "dsl", "replay", "tempo"],
  "apps/worker": ["contracts", "replay", "tempo", "violations"],
  "apps/cli": ["contracts", "dsl", "replay", "tempo", "violations", "local-redis", "tempo-lite", "api", "worker"],
};
/** Bundled by a build, so all that they import is a development dependency and need not be installed to run. */
const BUNDLED = ["apps/console"];
/** Tests may also use an embedded store as the other side of the wire, and whole apps. */
const TESTS_MAY_ALSO_IMPORT = {
  "packages/tempo": ["tempo-lite"],
  "packages/violations": ["tempo-lite"],
  "packages/replay": ["local-redis", "tempo-lite"],
  "apps/api": ["local-redis", "tempo-lite", "worker", "violations"],
  "apps/worker": ["local-redis", "tempo-lite", "api", "dsl"],
};

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const IMPORT =
  /^(?:import|export)\s+[\w*$\s{},]+?\s+from\s+["']([^"']+)["']|^import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
const problems = [];

for (const [home, allowed] of Object.entries(MAY_IMPORT)) {
  const declared = JSON.parse(readFileSync(join(root, home, "package.json"), "utf8"));
  const dependencies = Object.keys((BUNDLED.includes(home) ? declared.devDependencies : declared.dependencies) ?? {});
  for (const file of typeScriptFiles(join(root, home))) {
    const isTest = /\.test\.tsx?$|[/\\](testing|bench)[/\\]/.test(file);
    const where = relative(root, file);
    for (const [, named, bare, dynamic] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const target = named ?? bare ?? dynamic;
      if (target.startsWith(".")) {
        if (!resolve(dirname(file), target).startsWith(join(root, home) + sep)) {
          problems.push(`${where}: "${target}" leaves its package; import the other package by its name`);
        }
        continue;
      }
      if (target.startsWith("node:")) continue;
      const scoped = target.match(/^@betrace\/([^/]+)(\/.*)?$/);
      if (scoped) {
        const [, name, deep] = scoped;
        const visible = isTest ? [...allowed, ...(TESTS_MAY_ALSO_IMPORT[home] ?? [])] : allowed;
        if (deep) problems.push(`${where}: "${target}" goes past the front door of @betrace/${name}`);
        if (!visible.includes(name)) {
          problems.push(`${where}: ${home} may not import @betrace/${name} (allowed: ${visible.join(", ") || "none"})`);
        } else if (!isTest && !dependencies.includes(`@betrace/${name}`)) {
          problems.push(`${where}: @betrace/${name} is not among the dependencies of ${home}/package.json`);
        }
      } else if (!isTest) {
        const name = target
          .split("/")
          .slice(0, target.startsWith("@") ? 2 : 1)
          .join("/");
        if (!dependencies.includes(name)) {
          problems.push(`${where}: "${name}" is not among the dependencies of ${home}/package.json`);
        }
      }
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "boundaries: ok" : `boundaries: ${problems.length} broken`);
process.exitCode = problems.length === 0 ? 0 : 1;

function typeScriptFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "generated" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? typeScriptFiles(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
