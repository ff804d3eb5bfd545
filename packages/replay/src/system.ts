import { randomBytes } from "node:crypto";
import type { Clock, Ids } from "./replay.js";

/** The machine's clock; its precision is the millisecond. */
export const systemClock: Clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n };

/** Ids that sort by the time they were made: `rp_`, nine base-36 digits of milliseconds, twelve random ones of hex. */
export const systemIds: Ids = {
  replayId: () => `rp_${Date.now().toString(36).padStart(9, "0")}${randomBytes(6).toString("hex")}`,
};
