/**
 * A worker as a process of its own, which may kill itself: `node worker-child <JSON of ChildSettings>`. Says `ready`, and `dying`
 * just before SIGKILL, on stdout.
 */
import { writeSync } from "node:fs";
import { createShardWorker, type ShardWorkerOptions, systemClock, tempoSource } from "@betrace/replay";
import { createTempoClient } from "@betrace/tempo";
import { createViolationWriter } from "@betrace/violations";
import { Redis } from "ioredis";
import type { ChildSettings } from "./spawn-worker.js";
import { SILENT } from "./stage.js";

const settings = JSON.parse(process.argv[2] ?? "{}") as ChildSettings;
let left = settings.dieAt?.nth ?? 0;

function reach(point: string, startNs?: bigint): void {
  const { dieAt } = settings;
  if (dieAt === undefined || dieAt.point !== point) return;
  if (dieAt.onlyStartNs !== undefined && String(startNs) !== dieAt.onlyStartNs) return;
  if (--left > 0) return;
  writeSync(1, "dying\n");
  process.kill(process.pid, "SIGKILL");
}

const redis = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
const writer = createViolationWriter({ url: settings.otlpUrl, pace: { spansPerSecond: 1_000_000 } });
const source = tempoSource(createTempoClient({ url: settings.tempoUrl }));
const options: ShardWorkerOptions = {
  redis,
  connection: { url: settings.redisUrl, options: { maxRetriesPerRequest: null } },
  tempo: {
    async scan(request) {
      reach("before the scan", request.startNs);
      const report = await source.scan({
        ...request,
        async onTraces(traces) {
          reach("in the scan", request.startNs);
          await request.onTraces(traces);
        },
      });
      reach("after evaluation", request.startNs);
      return report;
    },
    read: source.read,
  },
  writer: {
    async write(violations, signal) {
      await writer.write(violations, signal);
      reach("after the acknowledgement");
    },
    close: writer.close,
  },
  clock: systemClock,
  log: {
    ...SILENT,
    info: (message) => {
      if (message === "a shard is done") reach("after the commit");
    },
  },
  concurrency: 2,
  lockMs: settings.lockMs,
  shard: { maxCrashes: settings.maxCrashes },
};
createShardWorker(options);
writeSync(1, "ready\n");
