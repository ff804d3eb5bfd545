import type { Span } from "@betrace/contracts";
import type { ListedTrace, ListedTraces } from "../trace-list.js";

/** One trace of a search answer; the start is the first over the fragments that matched. */
export interface SearchHit extends ListedTrace {
  /** Spans returned, with the fields of the projection. */
  readonly spans: readonly Span[];
  /** Spans that matched, returned or not; of a trace that is stored in parts, those of one part. */
  readonly matched: number;
  /** True where more spans matched than came, or two values came under one name. */
  readonly cut: boolean;
  /** TraceQL names of attributes that came back as {@link NIL_WORD} on some span; they are left out of the spans. */
  readonly nilKeys: ReadonlySet<string> | undefined;
  /** True where it has more spans than were wanted of one trace: it comes without any, and is `cut`. */
  readonly tooMany?: true;
}

/** One answer of `/api/search`; a query without `select` names traces only. */
export interface SearchAnswer<Hits extends ListedTraces = readonly SearchHit[]> {
  readonly hits: Hits;
  /** What its spans took of the room that was given for them; whoever lets go of them gives it back. */
  readonly weight: number;
  /** Zero where the server does not say. */
  readonly completedJobs: number;
  readonly totalJobs: number;
}

/** Answers drop leading zeros of trace ids; both directions of that belong here. */
export const padTraceId = (id: string): string => id.padStart(32, "0");

/** A trace id as Tempo compares it: without leading zeros. */
export const trimTraceId = (id: string): string => id.replace(/^0+/, "");

/** Tempo fills an absent parent id with zeros. */
export const parentId = (id: string): string => (/^0*$/.test(id) ? "" : id);

/**
 * What Tempo answers for a selected attribute that has a column of its own (`http.status_code`, `k8s.pod.name`, the
 * operator's dedicated columns) and no value in it: the attribute is missing, or, rarely, has a value of another type than
 * the column, or really reads so (seen on 2.10.8 and 3.0.3).
 */
export const NIL_WORD = "nil";

/** Milliseconds from here on (25 days) are those of a trace that ends before it starts: in Tempo's uint32 they have wrapped around. */
export const WRAPPED_MS = 2 ** 31;
