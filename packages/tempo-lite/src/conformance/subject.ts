/** A server that the suite talks to. */
export interface Subject {
  readonly name: string;
  /** Base URL of the query API. */
  readonly url: string;
  /** Base URL for OTLP/HTTP. */
  readonly otlpUrl: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** What a search gave, as JSON. */
export interface SearchAnswer {
  readonly traces: readonly SearchTrace[];
  readonly metrics: { readonly completedJobs?: number; readonly totalJobs?: number };
}

export interface SearchTrace {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  readonly startTimeUnixNano?: string;
  readonly durationMs?: number;
  readonly spanSet?: SearchSpanSet;
  readonly spanSets?: readonly SearchSpanSet[];
  readonly serviceStats?: Readonly<Record<string, { spanCount: number; errorCount?: number }>>;
}

export interface SearchSpanSet {
  readonly spans: readonly SearchSpan[];
  readonly matched: number;
  readonly attributes?: readonly SearchAttribute[];
}

export interface SearchSpan {
  readonly spanID: string;
  readonly name?: string;
  readonly startTimeUnixNano?: string;
  readonly durationNanos?: string;
  readonly attributes?: readonly SearchAttribute[];
}

export interface SearchAttribute {
  readonly key: string;
  readonly value: unknown;
}

export async function get(subject: Subject, path: string, accept?: string): Promise<Answer> {
  const response = await fetch(subject.url + path, accept === undefined ? {} : { headers: { accept } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    text: Buffer.from(bytes).toString("utf8"),
    bytes,
  };
}

/** The path of a search; names without a value are left out. */
export function searchPath(params: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) search.set(name, String(value));
  return `/api/search?${search}`;
}

/** Throws if the answer is not 200. */
export async function searchJson(
  subject: Subject,
  params: Readonly<Record<string, string | number | undefined>>,
): Promise<SearchAnswer> {
  const answer = await get(subject, searchPath(params));
  if (answer.status !== 200)
    throw new Error(`${subject.name} answered ${answer.status} to ${params.q}: ${answer.text}`);
  const parsed = JSON.parse(answer.text) as Partial<SearchAnswer>;
  return { traces: parsed.traces ?? [], metrics: parsed.metrics ?? {} };
}

/** Sends OTLP/JSON and throws if it is not accepted. */
export async function push(subject: Subject, request: unknown): Promise<void> {
  const response = await fetch(`${subject.otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${subject.name} answered ${response.status} to a push: ${text}`);
}
