import type { Severity } from "./severity.js";
import type { Clause } from "./verdict.js";

/** Rule annotations: compliance controls and free labels, e.g. `{ "soc2_control": "CC6.1" }`. */
export type Annotations = Readonly<Record<string, string>>;

/** One violating trace of one rule version, located in time and place. The same trace gives the same violation on every replay. */
export interface Violation {
  readonly ruleId: string;
  readonly ruleName: string;
  /** 1 for the first text of a rule; every change of its text adds one. */
  readonly ruleVersion: number;
  readonly severity: Severity;
  readonly annotations: Annotations;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** The offending span, 16 lower-case hex digits. */
  readonly spanId: string;
  /** The offending span's service; undefined if its resource names none. */
  readonly service: string | undefined;
  /** The offending span's start and duration, nanoseconds: when it happened. */
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly clause: Clause;
  readonly witnessSpanIds: readonly string[];
  readonly witnessCount: number;
  /** One sentence for a person. */
  readonly message: string;
  readonly replayId: string;
  /** When the replay found it, Unix nanoseconds. */
  readonly detectedAtNs: bigint;
}
