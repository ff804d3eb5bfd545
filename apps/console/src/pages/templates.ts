/** Rules to begin with, each a question that people bring. */
export const TEMPLATES = [
  {
    id: "slow-query",
    title: "A slow query that nobody retried",
    name: "Slow database query without a retry",
    severity: "high",
    dsl: 'trace.has(span.name == "db.query" and span.duration > 1s)\n  and not trace.has(span.name == "retry")',
  },
  {
    id: "missing-check",
    title: "Data read before access was checked",
    name: "Data access without an authorization check",
    severity: "critical",
    dsl: '@SOC2(controls = {CC6_1})\ntrace.has(span.name == "data.access")\n  and not trace.has_before(span.name == "authz.check", "data.access")',
  },
  {
    id: "retry-storm",
    title: "A storm of retries",
    name: "More than three retries in one trace",
    severity: "medium",
    dsl: 'count(span.name == "retry") > 3',
  },
  {
    id: "invariant",
    title: "What must always, and never, happen",
    name: "Large checkouts are checked for fraud",
    severity: "high",
    dsl: 'when { trace.has(span.name == "payment.process" and span.attributes["amount"] > 1000) }\nalways { trace.has(span.name == "fraud.check") }\nnever { trace.has(span.name == "payment.process" and span.status == "error") }',
  },
] as const;
