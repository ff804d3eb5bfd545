import type { Span, SpanField, Trace, UserLimit } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";
import { decodeOtlpJson } from "@betrace/tempo";
import { type FileLine, MAX_LINE_BYTES, readLines } from "./read-lines.js";

/** Spans held at once. A trace may be spread over the whole file, so all of its spans wait for the file's end. */
export const MAX_SPANS = 5_000_000;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const FILE_USER_LIMITS: readonly UserLimit[] = [
  {
    what: "Spans of the files that `betrace replay --traces` reads",
    most: MAX_SPANS,
    passed: "Exit code 4, with the line where it stopped",
  },
];

/** Whole traces of a file, in order of their first span. */
export interface FileTraces {
  readonly traces: readonly Trace[];
  readonly spans: number;
  /** Why traces that are only in part here are not among `traces`; one reason for each document that says so. */
  readonly undecided: readonly string[];
}

/**
 * Reads OTLP/JSON: one document a line, or one document over many lines. Keeps of each span only what `fields` names, so that memory
 * grows with the number of spans and not with what they carry. Throws an Error that names the line.
 */
export async function readTraces(
  path: string,
  fields: readonly SpanField[],
  onProgress: (spans: number) => void,
): Promise<FileTraces> {
  const byId = new Map<string, Span[]>();
  const inPart = new Set<string>();
  const undecided: string[] = [];
  let spans = 0;
  for await (const line of documents(path)) {
    if (line.bytes.toString("latin1").trim() === "") continue;
    const document = decode(path, line, fields);
    if (document.partial) {
      for (const { traceId } of document.spans) inPart.add(traceId);
      const which = [...new Set(document.spans.map(({ traceId }) => traceId))].join(", ") || "a trace";
      undecided.push(`${path}:${line.number}: Tempo gave only a part (PARTIAL) of ${which}: ${document.message}`);
    }
    for (const { traceId, span } of document.spans) {
      const held = byId.get(traceId);
      if (held === undefined) byId.set(traceId, [span]);
      else held.push(span);
      spans++;
    }
    if (spans > MAX_SPANS) {
      throw new Error(
        `${path}:${line.number}: more than ${MAX_SPANS.toLocaleString("en-US")} spans; split the file by trace, or replay over a Tempo that holds them`,
      );
    }
    onProgress(spans);
  }
  const traces = [...byId].flatMap(([traceId, own]): Trace[] =>
    inPart.has(traceId) || own.every((span) => span.attributes.has(VIOLATION_MARKER_ATTRIBUTE))
      ? []
      : [{ traceId, spans: own, complete: true }],
  );
  return { traces, spans, undecided };
}

function decode(path: string, line: FileLine, fields: readonly SpanField[]) {
  try {
    return decodeOtlpJson(line.bytes, fields);
  } catch (error) {
    throw new Error(`${path}:${line.number}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The lines of a file; all of it as one where its first line only opens a document that goes on. */
async function* documents(path: string): AsyncGenerator<FileLine> {
  const lines = readLines(path);
  const first = await lines.next();
  if (first.done) return;
  if (first.value.bytes.toString("latin1").trim() !== "{") {
    yield first.value;
    yield* lines;
    return;
  }
  const parts = [first.value.bytes];
  let bytes = first.value.bytes.length;
  for await (const line of lines) {
    parts.push(line.bytes);
    bytes += line.bytes.length;
    if (bytes > MAX_LINE_BYTES) {
      throw new Error(
        `${path}: one JSON document of more than ${MAX_LINE_BYTES / 1_048_576} MiB; write one request a line`,
      );
    }
  }
  yield { number: 1, bytes: Buffer.concat(parts.flatMap((part) => [part, Buffer.from("\n")])) };
}
