import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import protobuf from "protobufjs";

/** What one request to the receiver gets. `body` is protobuf bytes; undefined answer: never. */
export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly spans: ReceivedSpan[] }[];
  close(): Promise<void>;
}

/** A real HTTP server that decodes what arrives with protobufjs, independently of the exporter under test. */
export async function startOtlpReceiver(answerOf: (requestIndex: number) => Answer | undefined): Promise<OtlpReceiver> {
  const requests: OtlpReceiver["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const index = requests.length;
      requests.push({ path: request.url ?? "", headers: request.headers, spans: decode(Buffer.concat(chunks)) });
      const answer = answerOf(index);
      if (answer === undefined) return;
      response.writeHead(answer.status, { "content-type": "application/x-protobuf", ...answer.headers });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The bytes of an ExportTraceServiceResponse that rejects so many spans. */
export function partialSuccess(rejectedSpans: number, errorMessage: string): Uint8Array {
  return lookup("Response").encode({ partialSuccess: { rejectedSpans, errorMessage } }).finish();
}

/** The parts we read of opentelemetry-proto's trace_service.proto, trace.proto, resource.proto and common.proto, flattened. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string name = 5;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; repeated Link links = 13;
}
message Link { bytes trace_id = 1; bytes span_id = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; } }
message ArrayValue { repeated AnyValue values = 1; }
message Response { Partial partial_success = 1; }
message Partial { int64 rejected_spans = 1; string error_message = 2; }
`;

function lookup(type: string): protobuf.Type {
  return protobuf.parse(PROTO).root.lookupType(type);
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly boolValue?: boolean;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: AnyValue[] };
}
interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}
interface DecodedRequest {
  readonly resourceSpans?: {
    readonly resource?: { readonly attributes?: KeyValue[] };
    readonly scopeSpans?: {
      readonly spans?: {
        readonly traceId: string;
        readonly spanId: string;
        readonly name: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
        readonly attributes?: KeyValue[];
        readonly links?: { readonly traceId: string; readonly spanId: string }[];
      }[];
    }[];
  }[];
}

function decode(bytes: Buffer): ReceivedSpan[] {
  const type = lookup("Request");
  const request = type.toObject(type.decode(bytes), { longs: String, bytes: String }) as DecodedRequest;
  return (request.resourceSpans ?? []).flatMap((group) =>
    (group.scopeSpans ?? []).flatMap((scope) =>
      (scope.spans ?? []).map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        name: span.name,
        startNs: BigInt(span.startTimeUnixNano),
        endNs: BigInt(span.endTimeUnixNano),
        attributes: record(span.attributes),
        links: (span.links ?? []).map((link) => ({ traceId: hex(link.traceId), spanId: hex(link.spanId) })),
        resource: record(group.resource?.attributes),
      })),
    ),
  );
}

function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}

function record(pairs: readonly KeyValue[] | undefined): Record<string, unknown> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AnyValue | undefined): unknown {
  if (value?.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  return (
    value?.stringValue ??
    value?.boolValue ??
    value?.doubleValue ??
    (value?.intValue === undefined ? undefined : Number(value.intValue))
  );
}
