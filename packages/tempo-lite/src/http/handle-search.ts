import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeResponse, encodeTrace } from "../search/encode.js";
import { responseJson } from "../search/json.js";
import { RequestError, type SearchBounds, searchParams } from "../search/params.js";
import { type FoundTrace, search } from "../search/search.js";
import type { TraceStore } from "../store/trace-store.js";
import { acceptedFormat, replyFormat } from "./reply.js";

/** `GET /api/search`. An answer over `maxResponseBytes` (counted in protobuf, whatever is asked for) is a 500, as in Tempo. */
export function handleSearch(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  store: TraceStore,
  bounds: SearchBounds & { readonly maxResponseBytes: number },
): void {
  const params = searchParams(url.searchParams, bounds);
  const format = acceptedFormat(request);
  const traces: FoundTrace[] = [];
  const encoded: Uint8Array[] = [];
  let size = 0;
  const inspectedTraces = search(store, params, (trace) => {
    const bytes = encodeTrace(trace, bounds.maxResponseBytes - size);
    size += bytes.length + 4;
    if (size > bounds.maxResponseBytes) {
      throw new RequestError(500, `response larger than the max (${size} vs ${bounds.maxResponseBytes})\n`);
    }
    if (format === "json") traces.push(trace);
    else encoded.push(bytes);
  });
  const metrics = { inspectedTraces, completedJobs: 1, totalJobs: 1 };
  replyFormat(
    response,
    format,
    () => responseJson(traces, metrics),
    () => encodeResponse(encoded, metrics),
  );
}
