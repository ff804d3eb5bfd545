import { isUtf8 } from "node:buffer";
import type { Span, SpanField, Trace, UserLimit } from "@betrace/contracts";
import { firstWrongByte, VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";
import { decodeOtlpJson, type ExportedSpans } from "@betrace/tempo";
import { DocumentCutter, DocumentError, type JsonDocument, MAX_DOCUMENT_BYTES } from "./documents.js";
import { foreignFormat } from "./foreign-format.js";
import { createSpanKeeper } from "./keep-span.js";
import type { TraceInput } from "./trace-input.js";
import { unpack } from "./unpack.js";

/** Spans held at once. A trace may be spread over all inputs, so all of its spans wait for their end. */
export const MAX_SPANS = 5_000_000;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const FILE_USER_LIMITS: readonly UserLimit[] = [
  {
    what: "Spans of the files that `betrace replay --traces` reads",
    most: MAX_SPANS,
    passed: "Exit code 4, with the line where it stopped",
  },
  {
    what: "One request in them, unpacked",
    most: MAX_DOCUMENT_BYTES,
    unit: "bytes",
    passed: "Exit code 4, with the line where it begins; write one request a line, or a list of requests",
  },
];

/** What one input held. */
export interface InputSummary {
  readonly name: string;
  readonly documents: number;
  readonly spans: number;
}

/** Whole traces of some inputs. */
export interface FileTraces {
  readonly traces: readonly Trace[];
  /** All that were read, those of BeTrace itself included. */
  readonly spans: number;
  readonly inputs: readonly InputSummary[];
  /** Documents of other signals that were passed over, by the signal's name: `logs`, `metrics`, `profiles`. */
  readonly passedOver: ReadonlyMap<string, number>;
  /** Why traces that are here only in part are not among `traces`; one reason for each document that says so. */
  readonly undecided: readonly string[];
}

export interface ReadTracesOptions {
  readonly inputs: readonly TraceInput[];
  readonly fields: readonly SpanField[];
  /** Told what is being read, and how many spans were. */
  readonly onProgress: (name: string, spans: number) => void;
}

/**
 * Reads OTLP/JSON from all inputs as though they were one: documents as {@link DocumentCutter} cuts them. Keeps of each span only what
 * `fields` names, so that memory grows with the number of spans and not with what they carry. Throws an Error that names the input, and
 * the line where there is one.
 */
export async function readTraces({ inputs, fields, onProgress }: ReadTracesOptions): Promise<FileTraces> {
  const byId = new Map<string, Span[]>();
  const keep = createSpanKeeper();
  const inPart = new Set<string>();
  const undecided: string[] = [];
  const passedOver = new Map<string, number>();
  const summaries: InputSummary[] = [];
  let spans = 0;
  for (const input of inputs) {
    let documents = 0;
    const before = spans;
    for await (const document of documentsOf(input)) {
      const place = placeIn(input, document);
      const read = decode(input, document, fields);
      documents++;
      for (const name of read.otherSignals) {
        const signalName = name.replace("resource", "").toLowerCase();
        passedOver.set(signalName, (passedOver.get(signalName) ?? 0) + 1);
      }
      if (read.partial) {
        const ids = new Set(read.spans.map(({ traceId }) => traceId));
        for (const id of ids) inPart.add(id);
        const which = ids.size === 0 ? "a trace" : `trace ${[...ids].join(", ")}`;
        undecided.push(`${place}: Tempo gave only a part of ${which} (PARTIAL)${read.message && `: ${read.message}`}`);
      }
      for (const { traceId, span } of read.spans) {
        const held = byId.get(traceId);
        if (held === undefined) byId.set(traceId, [keep(span)]);
        else held.push(keep(span));
        spans++;
      }
      if (spans > MAX_SPANS) {
        const most = MAX_SPANS.toLocaleString("en-US");
        throw new Error(
          `${place}: more than ${most} spans; split the traces by id, or replay over a Tempo that holds them`,
        );
      }
      onProgress(input.name, spans);
    }
    summaries.push({ name: input.name, documents, spans: spans - before });
  }
  const traces = [...byId].flatMap(([traceId, own]): Trace[] =>
    inPart.has(traceId) || own.every((span) => span.attributes.has(VIOLATION_MARKER_ATTRIBUTE))
      ? []
      : [{ traceId, spans: own, complete: true }],
  );
  return { traces, spans, inputs: summaries, passedOver, undecided };
}

async function* documentsOf(input: TraceInput): AsyncGenerator<JsonDocument> {
  const cutter = new DocumentCutter();
  try {
    for await (const chunk of unpack(input.open())) yield* cutter.push(chunk);
    cutter.end();
  } catch (error) {
    if (error instanceof DocumentError) throw new Error(`${placeIn(input, error)}: ${error.message}`);
    const where = cutter.line === 1 ? input.name : `${input.name}:${cutter.line}: reading stopped here`;
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function decode(input: TraceInput, document: JsonDocument, fields: readonly SpanField[]): ExportedSpans {
  const { bytes } = document;
  if (!isUtf8(bytes)) {
    const wrong = firstWrongByte(bytes);
    const before = bytes.subarray(0, wrong);
    const line = document.line + before.toString("latin1").split("\n").length - 1;
    const column = wrong - before.lastIndexOf(10) + (line === document.line ? document.column - 1 : 0);
    const byte = bytes.readUInt8(wrong).toString(16);
    throw new Error(
      `${placeIn(input, { line, column })}: the byte 0x${byte} is no UTF-8, which JSON is; if the file is Latin-1: iconv -f WINDOWS-1252 -t UTF-8 FILE`,
    );
  }
  try {
    return decodeOtlpJson(bytes, fields);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${placeIn(input, document)}: ${foreignFormat(bytes) ?? why}`);
  }
}

/** `file:line`, and the column of what does not begin its line. */
function placeIn({ name }: TraceInput, { line, column }: Pick<JsonDocument, "line" | "column">): string {
  return column === 1 ? `${name}:${line}` : `${name}:${line}:${column}`;
}
