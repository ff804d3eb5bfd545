/**
 * A worker to be killed: started by a test as `tsx doomed-worker.ts <redis url> <key prefix> <queue prefix>`, it takes one shard, decides
 * one trace of it, says `scanning` on stdout and never ends.
 */
import { Redis } from "ioredis";
import { systemClock } from "../system.js";
import { createShardWorker } from "../worker.js";
import { aTrace } from "./traces.js";

const [, , url = "", keyPrefix = "", queuePrefix = ""] = process.argv;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
createShardWorker({
  redis: new Redis(url),
  connection: { url },
  keyPrefix,
  queuePrefix,
  lockMs: 1_000,
  concurrency: 1,
  writer: undefined,
  clock: systemClock,
  log: silent,
  tempo: {
    async scan({ onTraces }) {
      await onTraces([aTrace({ id: 1, atNs: 7n, names: ["db.query"] })]);
      process.stdout.write("scanning\n");
      return new Promise(() => {});
    },
    read: async () => new Map(),
  },
});
