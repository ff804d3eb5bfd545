import type { Violation } from "@betrace/contracts";

type Stored = Omit<Violation, "startNs" | "durationNs" | "detectedAtNs" | "service"> & {
  readonly service?: string;
  readonly startNs: string;
  readonly durationNs: string;
  readonly detectedAtNs: string;
};

/** A violation as the ledger keeps it: JSON with nanoseconds as decimal text. */
export function violationToJson(violation: Violation): string {
  return JSON.stringify(violation, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
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
