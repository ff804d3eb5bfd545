import type { Log as AppLog } from "@betrace/contracts";

/** Where this package reports what it did. Made by the app; field values are plain. */
export type Log = Pick<AppLog, "info" | "warn" | "error">;
