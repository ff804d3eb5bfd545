import type { Violation } from "@betrace/contracts";

/** A violation of the given trace, with something in every field. */
export function aViolation(overrides: Partial<Violation> = {}): Violation {
  return {
    ruleId: "pii-audit-soc2-cc6.1",
    ruleName: "PII is audited",
    ruleVersion: 3,
    severity: "high",
    annotations: { compliance_framework: "SOC2", soc2_control: "CC6.1", team: "payments" },
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    service: "checkout",
    startNs: 1_784_000_000_123_456_789n,
    durationNs: 1_500_000_001n,
    clause: "expression",
    witnessSpanIds: ["b7ad6b7169203331"],
    witnessCount: 1,
    message: "pii.accessed was seen and audit.log was not",
    replayId: "rp_test",
    detectedAtNs: 1_790_000_000_000_000_000n,
    ...overrides,
  };
}

export function violationsOfTraces(count: number): Violation[] {
  return Array.from({ length: count }, (_, index) =>
    aViolation({ traceId: (index + 1).toString(16).padStart(32, "0") }),
  );
}
