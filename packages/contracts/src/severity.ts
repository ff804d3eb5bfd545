/**
 * How bad it is that a rule is violated, from the least grave to the gravest. Each level of the scales that people
 * bring along has its place here: `info, warning, error, critical` as alerts have them, `low, medium, high, critical`
 * as findings have them.
 */
export const SEVERITIES = ["info", "low", "warning", "medium", "error", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Of a rule that names none. */
export const DEFAULT_SEVERITY: Severity = "medium";
