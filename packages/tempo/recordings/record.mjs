// Writes down what an old Tempo answers to the client: runs the old-server tests against it through a proxy.
//   node --import tsx packages/tempo/recordings/record.mjs 2.8 http://127.0.0.1:3200 2.8.4
// The server must hold traces.json (see push.mjs). The recording is written only when the live run passes.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { requestKey } from "../src/testing/recording.ts";

const [version, target, exactVersion] = process.argv.slice(2);
if (exactVersion === undefined) throw new Error("expected: 2.6|2.8 TEMPO_URL EXACT_VERSION");
const seen = new Map();
const accepts = new Set();

const proxy = createServer({ maxHeaderSize: 1 << 20 }, async (request, response) => {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const answer = await fetch(target + request.url, { headers });
  const body = Buffer.from(await answer.arrayBuffer());
  const contentType = answer.headers.get("content-type") ?? "";
  const key = requestKey(request.url);
  accepts.add(request.headers.accept);
  if (!seen.has(key)) {
    const text = withoutSpanSet(body.toString("utf8"));
    seen.set(key, { request: key, status: answer.status, contentType, body: text });
  }
  response.writeHead(answer.status, contentType === "" ? {} : { "content-type": contentType }).end(body);
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${proxy.address().port}`;
const tests = ["mocha", "packages/tempo/src/old-servers.test.ts", "--timeout", "60000", "--fgrep", `at ${url}`];
const child = spawn("npx", tests, {
  stdio: "inherit",
  env: {
    ...process.env,
    TEMPO_2_6_URL: "http://unused",
    TEMPO_2_8_URL: "http://unused",
    [`TEMPO_${version.replace(".", "_")}_URL`]: url,
  },
});
const code = await new Promise((resolve) => child.on("exit", resolve));
proxy.closeAllConnections();
proxy.close();
if (code === 0) {
  const exchanges = [...seen.values()].sort((a, b) => (a.request < b.request ? -1 : 1));
  const recording = { tempo: exactVersion, accept: [...accepts].join(" AND "), exchanges };
  writeFileSync(new URL(`tempo-${version}.json`, import.meta.url), `${JSON.stringify(recording, null, 2)}\n`);
  console.log(`${exchanges.length} exchanges written`);
}
process.exitCode = code ?? 1;

/** `spanSet` repeats the first of `spanSets`: half the size without it. */
function withoutSpanSet(text) {
  if (!text.includes('"spanSet":')) return text;
  const answer = JSON.parse(text);
  for (const trace of answer.traces) {
    if (JSON.stringify(trace.spanSet) !== JSON.stringify(trace.spanSets?.[0])) {
      throw new Error(`spanSet is not the first of spanSets: ${JSON.stringify(trace)}`);
    }
    delete trace.spanSet;
  }
  return JSON.stringify(answer);
}
