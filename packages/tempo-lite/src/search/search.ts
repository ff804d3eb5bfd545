import type { StoredSpan, TraceRow } from "../store/model.js";
import type { TraceStore } from "../store/trace-store.js";
import { type CompiledQuery, compileQuery, type Spanset } from "../traceql/compile.js";
import { trimmedTraceId } from "../traceql/intrinsics.js";
import type { ShownValue } from "../traceql/shown.js";
import { TraceqlError } from "../traceql/traceql-error.js";
import { RequestError, type SearchParams } from "./params.js";

/** `tempopb.TraceSearchMetadata` before it is encoded. */
export interface FoundTrace {
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootTraceName: string;
  readonly startNs: bigint;
  readonly durationMs: number;
  /** Undefined for an enumeration. */
  readonly found?: {
    readonly spanSets: readonly FoundSpanSet[];
    readonly serviceStats: ReadonlyMap<string, { spanCount: number; errorCount: number }>;
  };
}

export interface FoundSpanSet {
  readonly spans: readonly FoundSpan[];
  readonly matched: number;
  readonly attributes: readonly ShownAttribute[];
}

export interface FoundSpan {
  readonly spanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly attributes: readonly ShownAttribute[];
}

export interface ShownAttribute {
  readonly key: string;
  readonly value: ShownValue;
}

/** Shown where no span without a parent has arrived. */
const ROOT_MISSING = "<root span not yet received>";

/**
 * Answers a search, the trace with the youngest start first, up to `limit` traces. `take` receives each trace and may
 * throw to stop. Returns how many traces were looked at. Throws {@link RequestError} for a query that is refused.
 */
export function search(store: TraceStore, params: SearchParams, take: (trace: FoundTrace) => void): number {
  const query = params.query === undefined ? undefined : compile(params.query);
  let taken = 0;
  let inspected = 0;
  for (const row of store.rows(params.window)) {
    inspected++;
    const trace = query === undefined ? header(row) : matched(row, query, params.spansPerSpanSet);
    if (trace === undefined) continue;
    take(trace);
    taken++;
    if (taken >= params.limit) break;
  }
  return inspected;
}

function compile(text: string): CompiledQuery {
  try {
    return compileQuery(text);
  } catch (error) {
    if (error instanceof TraceqlError) throw new RequestError(400, `invalid TraceQL query: ${error.message}`);
    throw error;
  }
}

function header(row: TraceRow): FoundTrace {
  return {
    traceId: trimmedTraceId(row.traceId),
    rootServiceName: row.rootService === "" ? ROOT_MISSING : row.rootService,
    rootTraceName: row.rootName,
    startNs: row.startNs,
    durationMs: Number(BigInt.asUintN(32, (row.endNs - row.startNs) / 1_000_000n)),
  };
}

function matched(row: TraceRow, query: CompiledQuery, spansPerSpanSet: number): FoundTrace | undefined {
  const sets = query.evaluate(row);
  if (sets.length === 0) return undefined;
  const spanSets = sets.map((set) => ({
    spans: set.spans.slice(0, spansPerSpanSet).map((span) => spanOf(span, row, query)),
    matched: set.spans.length,
    attributes: set.attributes.map(({ key, value }) => ({ key, value: groupShown(value) })),
  }));
  return { ...header(row), found: { spanSets, serviceStats: statsOf(row) } };
}

function spanOf(span: StoredSpan, row: TraceRow, query: CompiledQuery): FoundSpan {
  let name = "";
  const attributes: ShownAttribute[] = [];
  for (const field of query.shown) {
    const value = field.read(span, row);
    if (value === undefined) continue;
    if (field.isName) name = String(value);
    else attributes.push({ key: field.key, value });
  }
  return {
    spanId: span.spanId,
    name,
    startNs: span.startNs,
    durationNs: BigInt.asUintN(64, span.endNs - span.startNs),
    attributes,
  };
}

function groupShown(value: Spanset["attributes"][number]["value"]): ShownValue {
  return typeof value === "object" ? value.elements : value;
}

function statsOf(row: TraceRow): Map<string, { spanCount: number; errorCount: number }> {
  const stats = new Map<string, { spanCount: number; errorCount: number }>();
  for (const span of row.spans) {
    const known = stats.get(span.service);
    const errors = span.statusCode === 2 ? 1 : 0;
    if (known === undefined) stats.set(span.service, { spanCount: 1, errorCount: errors });
    else {
      known.spanCount++;
      known.errorCount += errors;
    }
  }
  return stats;
}
