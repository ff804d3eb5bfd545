import type { Violation } from "@betrace/contracts";

/** Writes violations to Tempo, or says that it could not. */
export interface ViolationWriter {
  /** Resolves when every span was acknowledged; throws a {@link ViolationWriteError}, or the signal's reason. */
  write(violations: readonly Violation[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
