import type { Span, SpanField, Trace, TraceField } from "@betrace/contracts";
import { createTempoClient, type ScanReport, scanWindow, type TempoClient } from "../index.js";

const START_NS = 1_717_200_000n * 1_000_000_000n;

/** The window that the recorded scans read, half-open: 30 s from 2024-06-01T00:00:00Z. */
export const WINDOW = { startNs: START_NS, endNs: START_NS + 30_000_000_000n };

/** One scan that was recorded on each old server. */
export interface OldServerScan {
  readonly it: string;
  /** The plan where the server can give all that the client selects. */
  readonly plan: ScanReport["plan"];
  readonly witnessFilter: string | undefined;
  readonly candidateFilter: string | undefined;
  readonly spanFields: readonly SpanField[];
  readonly traceFields: readonly TraceField[];
  /** The predicates that the witness filter was made of, exactly: true for the spans that must come. */
  readonly matches: (span: Span) => boolean;
  /** The same for the candidate filter. */
  readonly isCandidate?: (span: Span) => boolean;
}

const attribute = (key: string): SpanField => ({ kind: "attribute", key });
const resource = (key: string): SpanField => ({ kind: "resource", key });
const over = (value: unknown, limit: number): boolean =>
  (typeof value === "number" || typeof value === "bigint") && value > limit;

const elements = (span: Span, key: string): readonly unknown[] => {
  const value = span.attributes.get(key);
  return Array.isArray(value) ? value : [];
};

const isSlowQuery = (span: Span): boolean => span.name === "db.query" && span.durationNs > 1_000_000_000n;
const isFailedPayment = (span: Span): boolean => span.name === "payment.process" && span.status === "error";

/** Filters are written as the compiler of rules writes them. */
export const SCANS: readonly OldServerScan[] = [
  {
    it: "a slow query that is never retried",
    plan: "candidates",
    witnessFilter: `(name = "db.query" && duration - 0ns > 1000000000ns) || name = "retry"`,
    candidateFilter: `name = "db.query" && duration - 0ns > 1000000000ns`,
    spanFields: [{ kind: "name" }, { kind: "duration" }],
    traceFields: [],
    matches: (span) => isSlowQuery(span) || span.name === "retry",
    isCandidate: isSlowQuery,
  },
  {
    it: "five rules at once, on strings, numbers and booleans",
    plan: "disjunction",
    witnessFilter: `(name = "db.query" && duration - 0ns > 1000000000ns) || (name = "payment.process" && status = error) || span."user.region" = "eu-west-1" || name = "data.access" || span."data.classification" = "PII" || span."pii.accessed" = true || (name = "checkout" && (span."amount" > 1000 || span."amount" > 1000.0))`,
    candidateFilter: undefined,
    spanFields: [
      { kind: "name" },
      { kind: "duration" },
      { kind: "status" },
      attribute("user.region"),
      attribute("data.classification"),
      attribute("pii.accessed"),
      attribute("amount"),
      attribute("tags"),
      attribute("ports"),
    ],
    traceFields: [],
    matches: (span) =>
      isSlowQuery(span) ||
      isFailedPayment(span) ||
      span.attributes.get("user.region") === "eu-west-1" ||
      span.name === "data.access" ||
      span.attributes.get("data.classification") === "PII" ||
      span.attributes.get("pii.accessed") === true ||
      (span.name === "checkout" && over(span.attributes.get("amount"), 1000)),
  },
  {
    it: "kinds, services, messages, patterns and arrays",
    plan: "disjunction",
    witnessFilter: `(kind = client && resource.service.name = "payments" && statusMessage =~ "(?s).*declined.*") || span."tags" = "a" || span."peer" =~ "(?s)(?:db-[0-9]+)"`,
    candidateFilter: undefined,
    spanFields: [
      { kind: "kind" },
      { kind: "service" },
      { kind: "status_message" },
      attribute("tags"),
      attribute("peer"),
    ],
    traceFields: [],
    matches: (span) =>
      (span.kind === "client" && span.service === "payments" && span.statusMessage.includes("declined")) ||
      elements(span, "tags").includes("a") ||
      /^db-[0-9]+$/.test(String(span.attributes.get("peer"))),
  },
  {
    it: "two conditions on one array",
    plan: "disjunction",
    witnessFilter: `span."ports" > 0 && span."ports" < 3`,
    candidateFilter: undefined,
    spanFields: [{ kind: "name" }, attribute("ports")],
    traceFields: [],
    matches: (span) => elements(span, "ports").includes(1),
  },
  {
    it: "an array that satisfies the condition on another attribute too",
    plan: "disjunction",
    witnessFilter: `span."tags" = "a" || span."peer" = "c"`,
    candidateFilter: undefined,
    spanFields: [{ kind: "name" }, attribute("tags"), attribute("peer"), attribute("flags")],
    traceFields: [],
    matches: (span) => elements(span, "tags").includes("a"),
  },
  {
    it: "attributes with a column of their own, values like nil, and a name that needs quotes",
    plan: "disjunction",
    witnessFilter: `span."http.status_code" >= 500 || span."http.status_code" >= 500.0 || resource."k8s.pod.name" != nil || name = "nil" || span."a \\"quoted\\\\ key" != nil || name = "tick"`,
    candidateFilter: undefined,
    spanFields: [
      { kind: "name" },
      attribute("http.status_code"),
      resource("k8s.pod.name"),
      attribute('a "quoted\\ key'),
      attribute("user.region"),
    ],
    traceFields: [],
    matches: (span) =>
      over(span.attributes.get("http.status_code"), 499) ||
      span.resource.has("k8s.pod.name") ||
      span.name === "nil" ||
      span.attributes.has('a "quoted\\ key') ||
      span.name === "tick",
  },
  {
    it: "one name in both scopes, and one that is an intrinsic's",
    plan: "whole_matches",
    witnessFilter: `span."kind" != nil || resource."user.region" != nil`,
    candidateFilter: undefined,
    spanFields: [attribute("user.region"), resource("user.region"), attribute("kind"), { kind: "kind" }],
    traceFields: [],
    matches: (span) => span.attributes.has("kind") || span.resource.has("user.region"),
  },
  {
    it: "no audit anywhere",
    plan: "disjunction",
    witnessFilter: `name = "audit.log"`,
    candidateFilter: undefined,
    spanFields: [{ kind: "name" }],
    traceFields: [],
    matches: (span) => span.name === "audit.log",
  },
  {
    it: "facts of the whole trace",
    plan: "everything",
    witnessFilter: undefined,
    candidateFilter: undefined,
    spanFields: [],
    traceFields: ["duration", "span_count", "service_count", "root.name", "root.service"],
    matches: () => true,
  },
  {
    it: "no spans at all",
    plan: "enumeration",
    witnessFilter: undefined,
    candidateFilter: undefined,
    spanFields: [],
    traceFields: [],
    matches: () => false,
  },
];

/** A client for recorded scans: everything that can change the requests is fixed. */
export const oldServerClient = (url: string, maxResultLimit?: number): TempoClient =>
  createTempoClient({ url, paddingMs: 20_000, maxAttempts: 1, maxResultLimit, fewWitnessTraces: 0 });

/** Runs one scan and collects what it delivers. */
export async function collect(
  client: TempoClient,
  request: Omit<OldServerScan, "it" | "plan" | "matches">,
  window = WINDOW,
): Promise<{ readonly report: ScanReport; readonly traces: readonly Trace[] }> {
  const traces: Trace[] = [];
  const report = await scanWindow(client, {
    ...request,
    ...window,
    signal: new AbortController().signal,
    onTraces: (batch) => {
      traces.push(...batch);
    },
  });
  return { report, traces };
}
