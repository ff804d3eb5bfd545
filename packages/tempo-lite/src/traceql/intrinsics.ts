import type { Scalar, StoredSpan, TraceRow } from "../store/model.js";
import type { IntrinsicName } from "./ast.js";

const STATUSES = ["unset", "ok", "error"] as const;
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const NO_PARENT = "0000000000000000";

/** The value of an intrinsic: durations in nanoseconds (negative where a span ends before it starts), status and kind as words. */
export function intrinsicReader(name: IntrinsicName): (span: StoredSpan, row: TraceRow) => Scalar {
  switch (name) {
    case "name":
      return (span) => span.name;
    case "duration":
      return (span) => BigInt.asIntN(64, span.endNs - span.startNs);
    case "status":
      return (span) => STATUSES[span.statusCode] ?? "unset";
    case "kind":
      return (span) => KINDS[span.kind] ?? "unspecified";
    case "statusMessage":
      return (span) => span.statusMessage;
    case "span:id":
      return (span) => span.spanId;
    case "span:parentID":
      return (span) => (span.parentSpanId === "" ? NO_PARENT : span.parentSpanId);
    case "trace:id":
      return (_, row) => trimmedTraceId(row.traceId);
    case "rootName":
      return (_, row) => row.rootName;
    case "rootServiceName":
      return (_, row) => row.rootService;
    case "traceDuration":
      return (_, row) => row.endNs - row.startNs;
    case "nestedSetParent":
      return (span) => (span.parentSpanId === "" ? -1n : 0n);
  }
}

/** A trace id the way a search shows it: without its leading zeros. */
export function trimmedTraceId(traceId: string): string {
  return traceId.replace(/^0+/, "");
}
