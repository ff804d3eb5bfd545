// node packages/tempo/recordings/push.mjs OTLP_URL : sends traces.json in its two pushes, 30 s apart, so that Tempo stores split traces in parts.
import { readFileSync } from "node:fs";

const [otlpUrl] = process.argv.slice(2);
if (otlpUrl === undefined)
  throw new Error("expected the OTLP/HTTP base URL of the Tempo to record, e.g. http://127.0.0.1:4318");
const { pushes } = JSON.parse(readFileSync(new URL("traces.json", import.meta.url), "utf8"));
for (const [index, push] of pushes.entries()) {
  if (index > 0) await new Promise((resolve) => setTimeout(resolve, 30_000));
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(push),
  });
  console.log(`push ${index + 1} of ${pushes.length}: ${answer.status} ${await answer.text()}`);
  if (!answer.ok) process.exitCode = 1;
}
