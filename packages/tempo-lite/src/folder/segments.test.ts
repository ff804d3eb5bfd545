import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startTempoLite, type TempoLite, type TempoLiteLogEntry } from "../index.js";

describe("a data folder", () => {
  let folder: string;
  let open: TempoLite[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tempo-lite-"));
    open = [];
  });
  afterEach(async () => {
    for (const lite of open) await lite.close();
    await rm(folder, { recursive: true });
  });

  async function start(log?: (entry: TempoLiteLogEntry) => void): Promise<TempoLite> {
    const lite = await startTempoLite({ httpPort: 0, otlpPort: 0, dataDir: folder, ...(log && { log }) });
    open.push(lite);
    return lite;
  }

  async function push(lite: TempoLite, traceId: string): Promise<void> {
    const span = {
      traceId: traceId.padStart(32, "0"),
      spanId: "00000000000000a1",
      name: "n",
      startTimeUnixNano: "1700000000000000000",
      endTimeUnixNano: "1700000001000000000",
    };
    const response = await fetch(`${lite.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(response.status).to.equal(200);
  }

  it("gives back after a restart what was acknowledged before it", async () => {
    const first = await start();
    await push(first, "a");
    await push(first, "b");
    await first.close();
    const second = await start();
    expect(second.figures()).to.deep.equal({ traces: 2, spans: 2 });
    await push(second, "c");
    await second.close();
    expect((await start()).figures().traces).to.equal(3);
  });

  it("is refused while it is in use, with the holder's process id", async () => {
    await start();
    const error = await start().catch((reason: Error) => reason);
    expect(String(error)).to.contain(`in use by process ${process.pid}`);
  });

  it("is taken over from a process that is gone, even when its number is in use again", async () => {
    await writeFile(join(folder, "LOCK"), JSON.stringify({ pid: process.pid, began: "1", token: "t" }));
    const lite = await start();
    expect(JSON.parse(await readFile(join(folder, "LOCK"), "utf8")).pid).to.equal(process.pid);
    await lite.close();
    expect(await readdir(folder)).to.not.include("LOCK");
  });

  it("is read up to a torn tail, which is reported and does not stop later requests", async () => {
    const first = await start();
    await push(first, "a");
    await first.close();
    await appendFile(join(folder, "spans-000001.otlp"), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5]));
    const entries: TempoLiteLogEntry[] = [];
    const second = await start((entry) => entries.push(entry));
    expect(entries.find(({ level }) => level === "warn")).to.include({ file: "spans-000001.otlp", lostBytes: 9 });
    await push(second, "b");
    await second.close();
    expect((await start()).figures().traces).to.equal(2);
  });

  it("is read up to a damaged request", async () => {
    const first = await start();
    await push(first, "a");
    await push(first, "b");
    await first.close();
    const path = join(folder, "spans-000001.otlp");
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect((await start()).figures().traces).to.equal(1);
  });
});
