/** The part of OTLP/JSON that the demo writes (opentelemetry-proto, JSON mapping: ids in hex, 64-bit integers as strings). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status?: { readonly code: number; readonly message?: string };
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };
}

export interface OtlpResourceSpans {
  readonly resource: { readonly attributes: readonly OtlpAttribute[] };
  readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly OtlpSpan[] }[];
}

/** OTLP's numbers for a span's kind. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3 } as const;

/** OTLP's number for a failed span. */
export const STATUS_ERROR = 2;

export function attribute(key: string, value: string | number | boolean): OtlpAttribute {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: { intValue: String(value) } };
}

const ANSWER_WITHIN_MS = 30_000;

/**
 * Sends one batch to an OTLP/HTTP receiver.
 *
 * @param otlpUrl The receiver's base, e.g. `http://127.0.0.1:4318`.
 * @param signal Gives it up, with its reason.
 * @throws Error when the receiver refuses the batch or any part of it, or does not answer within half a minute.
 */
export async function sendOtlp(
  otlpUrl: string,
  resourceSpans: readonly OtlpResourceSpans[],
  signal?: AbortSignal,
): Promise<void> {
  const url = `${otlpUrl.replace(/\/$/, "")}/v1/traces`;
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans }),
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  };
  const read = async () => {
    const answer = await fetch(url, request);
    return { answer, body: await answer.text() };
  };
  const { answer, body } = await read().catch((cause: unknown) => {
    signal?.throwIfAborted();
    const why = late.aborted ? `it did not answer within ${ANSWER_WITHIN_MS / 1_000} s` : "nobody answers there";
    throw new Error(`the traces could not be sent to ${url}: ${why}`, { cause });
  });
  if (!answer.ok) throw new Error(`expected 200 from ${url}, found ${answer.status}: ${body.slice(0, 300)}`);
  const rejected = /"rejectedSpans"\s*:\s*"?([1-9]\d*)/.exec(body);
  if (rejected !== null) throw new Error(`${url} refused ${rejected[1]} spans: ${body.slice(0, 300)}`);
}
