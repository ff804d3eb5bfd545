import type { Violation } from "@betrace/contracts";

/** A violation with something in every field. */
export function aFoundViolation(overrides: Partial<Violation> = {}): Violation {
  return {
    ruleId: "slow-db",
    ruleName: "Slow DB",
    ruleVersion: 1,
    severity: "medium",
    annotations: {},
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    service: "checkout",
    startNs: 1_784_073_600_123_456_789n,
    durationNs: 5n,
    clause: "expression",
    witnessSpanIds: ["b7ad6b7169203331"],
    witnessCount: 1,
    message: "it broke",
    replayId: "rp_a",
    detectedAtNs: 1_790_000_000_000_000_000n,
    ...overrides,
  };
}
