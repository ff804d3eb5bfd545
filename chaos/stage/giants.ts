import protobuf from "protobufjs";

/** One span to be sent; the ids of its trace and parent are the trace's. */
export interface GiantSpan {
  readonly name: string;
  readonly attributes?: Iterable<readonly [key: string, value: string | number]>;
}

/** A trace that is large in some way. */
export interface Giant {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly startNs: bigint;
  readonly spanCount: number;
  /** The span of this place, the root being 0; a microsecond after the one before, and as long. */
  readonly spanAt: (place: number) => GiantSpan;
}

/** Spans in one request: in JSON this many would take the receiver longer than all that is read of them. */
const SPANS_PER_REQUEST = 20_000;

/** Sends a trace to an OTLP receiver in protobuf (field numbers of opentelemetry-proto `trace/v1` and `common/v1`). */
export async function sendGiant(otlpUrl: string, giant: Giant): Promise<void> {
  for (let from = 0; from < giant.spanCount; from += SPANS_PER_REQUEST) {
    const writer = protobuf.Writer.create();
    writer.uint32(0x0a).fork();
    writer.uint32(0x0a).fork();
    attribute(writer, 0x0a, "service.name", "shop");
    writer.ldelim();
    writer.uint32(0x12).fork();
    const to = Math.min(giant.spanCount, from + SPANS_PER_REQUEST);
    for (let place = from; place < to; place++) span(writer, giant, place);
    writer.ldelim().ldelim();
    const response = await fetch(`${otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.from(writer.finish()),
    });
    if (!response.ok) throw new Error(`the receiver answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

function span(writer: protobuf.Writer, { traceId, startNs, spanAt }: Giant, place: number): void {
  const { name, attributes = [] } = spanAt(place);
  const at = startNs + BigInt(place) * 1_000n;
  writer.uint32(0x12).fork();
  writer.uint32(0x0a).bytes(Buffer.from(traceId, "hex"));
  writer.uint32(0x12).bytes(spanId(place));
  if (place > 0) writer.uint32(0x22).bytes(spanId(0));
  writer.uint32(0x2a).string(name);
  writer.uint32(0x30).int32(1);
  fixed64(writer, 0x39, at);
  fixed64(writer, 0x41, at + 1_000n);
  for (const [key, value] of attributes) attribute(writer, 0x4a, key, value);
  writer.ldelim();
}

function spanId(place: number): Buffer {
  const id = Buffer.alloc(8, 0xaa);
  id.writeUInt32BE(place + 1, 4);
  return id;
}

function fixed64(writer: protobuf.Writer, tag: number, value: bigint): void {
  writer
    .uint32(tag)
    .fixed32(Number(value & 0xffff_ffffn))
    .fixed32(Number(value >> 32n));
}

function attribute(writer: protobuf.Writer, tag: number, key: string, value: string | number): void {
  writer.uint32(tag).fork().uint32(0x0a).string(key).uint32(0x12).fork();
  if (typeof value === "string") writer.uint32(0x0a).string(value);
  else writer.uint32(0x21).double(value);
  writer.ldelim().ldelim();
}
