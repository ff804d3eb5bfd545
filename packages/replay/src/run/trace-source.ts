import {
  type ReadTracesRequest,
  readTraces,
  type ScanReport,
  type ScanRequest,
  scanWindow,
  type TempoClient,
} from "@betrace/tempo";

/** Where a shard's traces come from: Tempo, or anything else that keeps the two promises of `scanWindow` and `readTraces`. */
export interface TraceSource {
  scan(request: ScanRequest): Promise<Pick<ScanReport, "incomplete" | "fetchedById">>;
  read(request: ReadTracesRequest): Promise<ReadonlyMap<string, string>>;
}

/** Tempo as a source of traces. */
export function tempoSource(client: TempoClient): TraceSource {
  return {
    scan: (request) => scanWindow(client, request),
    read: (request) => readTraces(client, request),
  };
}
