import type { Violation } from "@betrace/contracts";

type Stored = Omit<Violation, "startNs" | "durationNs" | "detectedAtNs" | "service"> & {
  readonly service?: string | undefined;
  readonly startNs: string;
  readonly durationNs: string;
  readonly detectedAtNs: string;
};

/** A violation as the ledger keeps it: JSON with nanoseconds as decimal text. */
export function violationToJson(violation: Violation): string {
  const stored: Stored = {
    ...violation,
    startNs: violation.startNs.toString(),
    durationNs: violation.durationNs.toString(),
    detectedAtNs: violation.detectedAtNs.toString(),
  };
  return JSON.stringify(stored);
}

/** The reverse of {@link violationToJson}; for text that it wrote. */
export function violationFromJson(json: string): Violation {
  const stored = JSON.parse(json) as Stored;
  return {
    ...stored,
    service: stored.service,
    startNs: BigInt(stored.startNs),
    durationNs: BigInt(stored.durationNs),
    detectedAtNs: BigInt(stored.detectedAtNs),
  };
}
