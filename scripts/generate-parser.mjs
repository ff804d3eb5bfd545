// Makes packages/dsl/src/parse/generated from grammar/BeTraceDSL.g4. Needs Java; the result is committed, so that nothing else does.
// With --check it writes nothing and fails when the committed code is not what the grammar gives; without Java it says that it skipped.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const grammar = "BeTraceDSL.g4";
const committed = join(root, "packages/dsl/src/parse/generated");
const checkOnly = process.argv.includes("--check");

if (spawnSync("java", ["-version"]).status !== 0) {
  console.log("grammar: skipped: no Java");
  process.exitCode = checkOnly ? 0 : 1;
} else {
  const fresh = generate();
  if (checkOnly) check(fresh);
  else write(fresh);
}

/** Generates into a scratch folder and returns file name → text, ready for strict ESM. */
function generate() {
  const scratch = mkdtempSync(join(tmpdir(), "betrace-grammar-"));
  try {
    const cli = createRequire(import.meta.url).resolve("antlr4ts-cli/antlr4ts");
    // Run beside the grammar: the generator writes the path it was given into its output.
    const run = spawnSync(
      process.execPath,
      [cli, "-visitor", "-no-listener", "-Xexact-output-dir", "-o", scratch, grammar],
      { cwd: join(root, "grammar"), encoding: "utf8" },
    );
    const said = `${run.stdout}${run.stderr}`.trim();
    // The generator ends with 0 even when the grammar is wrong, but then it says so.
    if (run.status !== 0 || /^(error|warning)\(/m.test(said))
      throw new Error(`antlr4ts failed on ${grammar}:\n${said}`);
    const files = readdirSync(scratch).filter((name) => name.endsWith(".ts"));
    return new Map(files.sort().map((name) => [name, forStrictEsm(readFileSync(join(scratch, name), "utf8"))]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What strict ESM asks of the generated code: imports of files carry their extension, names that are used as types only are
 * imported as types (they do not exist at run time), and the compiler does not hold it to our flags.
 */
function forStrictEsm(text) {
  const body = text.replace(/\r\n/g, "\n");
  const imports = body.replace(/^import \{ (\w+) \} from "([^"]+)";$/gm, (_line, name, file) => {
    const isValue = new RegExp(`\\b(?:new|class \\w+ extends|instanceof)\\s+${name}\\b|\\b${name}\\.(?!js\\b)`).test(
      body,
    );
    return `import ${isValue ? "" : "type "}{ ${name} } from "${withExtension(file)}";`;
  });
  return `// @ts-nocheck\n${imports.replace(/^(import \* as \w+ from )"([^"]+)";$/gm, (_line, head, file) => `${head}"${withExtension(file)}";`)}`;
}

function withExtension(file) {
  return file.endsWith(".js") ? file : `${file}.js`;
}

function write(fresh) {
  rmSync(committed, { recursive: true, force: true });
  mkdirSync(committed, { recursive: true });
  for (const [name, text] of fresh) writeFileSync(join(committed, name), text);
  console.log(`grammar: wrote ${[...fresh.keys()].join(", ")} to ${relative(root, committed)}`);
}

function check(fresh) {
  const names = new Set([...readdirSync(committed), ...fresh.keys()]);
  const stale = [...names].filter((name) => {
    const text = fresh.get(name);
    return (
      text === undefined ||
      !readdirSync(committed).includes(name) ||
      readFileSync(join(committed, name), "utf8") !== text
    );
  });
  if (stale.length === 0) return console.log("grammar: ok");
  console.error(
    `grammar: ${stale.join(", ")} differ from what ${grammar} gives; run "npm run grammar" and commit the result`,
  );
  process.exitCode = 1;
}
