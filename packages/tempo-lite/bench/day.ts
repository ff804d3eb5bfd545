/**
 * A day of 15,420 traces of 8 spans with 12 attributes: pushed over HTTP, then searched in the ways a replay does.
 * `node --expose-gc --import tsx packages/tempo-lite/bench/day.ts [traces]` prints milliseconds and megabytes.
 */
import { randomBytes } from "node:crypto";
import { startTempoLite } from "../src/index.js";
import { traceSchema } from "../src/otlp/schema.js";

const TRACES = Number(process.argv[2] ?? 15_420);
const SPANS = 8;
const DAY_SECONDS = 86_400;
const baseSeconds = Math.floor(Date.now() / 1000) - 2 * DAY_SECONDS;

function batch(from: number, to: number): Uint8Array {
  const resourceSpans = [];
  for (let at = from; at < to; at++) {
    const traceId = randomBytes(16);
    const rootId = randomBytes(8);
    const startNs = (BigInt(baseSeconds) * 1000n + BigInt(Math.floor((at / TRACES) * DAY_SECONDS * 1000))) * 1_000_000n;
    for (let n = 0; n < SPANS; n++) {
      const start = startNs + BigInt(n) * 3_000_000n;
      const attributes = [
        { key: "http.status_code", value: { intValue: at % 100 === 0 ? 500 : 200 } },
        { key: "user.region", value: { stringValue: ["eu-west-1", "us-east-1", "ap-south-1"][at % 3] } },
        { key: "amount", value: { doubleValue: at / 7 } },
        { key: "request.id", value: { stringValue: randomBytes(8).toString("hex") } },
        ...Array.from({ length: 8 }, (_, k) => ({ key: `key.${k}`, value: { stringValue: `value ${(at + k) % 50}` } })),
      ];
      resourceSpans.push({
        resource: { attributes: [{ key: "service.name", value: { stringValue: `service-${n}` } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: n === 0 ? rootId : randomBytes(8),
                ...(n > 0 && { parentSpanId: rootId }),
                name: n === 3 && at % 100 === 0 ? "retry" : `operation-${n}`,
                kind: 1 + (n % 5),
                startTimeUnixNano: String(start),
                endTimeUnixNano: String(start + BigInt(1 + (at % 900)) * 1_000_000n),
                attributes,
              },
            ],
          },
        ],
      });
    }
  }
  const { trace } = traceSchema();
  return trace.encode(trace.fromObject({ resourceSpans })).finish();
}

function megabytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return Math.round((heapUsed + external) / 1e6);
}

const lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
const before = megabytes();
let pushMs = 0;
for (let at = 0; at < TRACES; at += 500) {
  const body = batch(at, Math.min(at + 500, TRACES));
  const from = performance.now();
  await fetch(`${lite.otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body,
  });
  pushMs += performance.now() - from;
}
console.log(
  `push ${TRACES} traces: ${Math.round(pushMs)} ms, ${lite.figures().spans} spans, ${megabytes() - before} MB`,
);

const queries: [string, string | undefined][] = [
  ["enumerate", undefined],
  ["1 % of traces", '{ name = "retry" } | select(name, duration)'],
  ["two filters", '{ name = "retry" } && { span.http.status_code >= 500 }'],
  [
    "one span of every trace",
    '{ name = "retry" || name = "operation-1" } | by(span:id) | by(kind) | select(name, duration, status, span."user.region")',
  ],
  ["regular expression", '{ span.request.id =~ ".*abc.*" } | by(span:id) | select(name)'],
  ["everything in an hour", "{ } | by(span:id) | select(name, duration, status, span.amount)"],
];
for (const [what, q] of queries) {
  for (const accept of ["application/protobuf", "application/json"]) {
    const hour = what.endsWith("an hour");
    const search = new URLSearchParams({
      start: String(baseSeconds),
      end: String(baseSeconds + (hour ? 3600 : DAY_SECONDS)),
      limit: "262144",
      spss: "4",
      ...(q && { q }),
    });
    const from = performance.now();
    const cpu = process.cpuUsage();
    const response = await fetch(`${lite.url}/api/search?${search}`, { headers: { accept } });
    const size = (await response.arrayBuffer()).byteLength;
    const ms = Math.round(performance.now() - from);
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = Math.round((user + system) / 1000);
    console.log(`${what}, ${accept}: ${response.status}, ${ms} ms (${cpuMs} ms of CPU), ${(size / 1e6).toFixed(2)} MB`);
  }
}
await lite.close();
