import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeTempo {
  readonly url: string;
  /** Every request seen, in order. */
  readonly requests: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: IncomingMessage["headers"];
  }[];
  close(): Promise<void>;
}

/** A real HTTP server that answers as the test says; nothing of ours is replaced. */
export async function startFakeTempo(
  answer: (query: URLSearchParams, response: ServerResponse, path: string) => void | Promise<void>,
): Promise<FakeTempo> {
  const requests: FakeTempo["requests"] = [];
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    requests.push({ path: url.pathname, query: url.searchParams, headers: request.headers });
    void answer(url.searchParams, response, url.pathname);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A search answer in JSON with these traces, all jobs done unless said. */
export function answerJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export interface StoredTrace {
  readonly id: string;
  readonly startNs: bigint;
}

/** Answers searches from a list of traces as Tempo does: range in whole seconds, both ends inclusive, `limit`, id regex. */
export function searchOf(traces: readonly StoredTrace[], query: URLSearchParams): StoredTrace[] {
  const [start, end] = [Number(query.get("start")), Number(query.get("end"))];
  const regex = /trace:id =~ "([^"]*)"/.exec(query.get("q") ?? "")?.[1];
  const ids = regex === undefined ? undefined : new RegExp(`^(?:${regex})$`);
  return traces
    .filter(({ id, startNs }) => {
      const inRange = startNs >= BigInt(start) * 1_000_000_000n && startNs <= BigInt(end) * 1_000_000_000n;
      return inRange && (ids === undefined || ids.test(id.replace(/^0+/, "")));
    })
    .slice(0, Number(query.get("limit")));
}

export const asJson = (traces: readonly StoredTrace[]): object => ({
  traces: traces.map(({ id, startNs }) => ({
    traceID: id.replace(/^0+/, ""),
    rootServiceName: "s",
    startTimeUnixNano: String(startNs),
    durationMs: 1,
  })),
  metrics: { completedJobs: 1, totalJobs: 1 },
});
