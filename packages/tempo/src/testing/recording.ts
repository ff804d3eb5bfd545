import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What one old server answered to one request. */
export interface Exchange {
  /** Path and query as {@link requestKey} writes them. */
  readonly request: string;
  readonly status: number;
  readonly contentType: string;
  /** The body as the server sent it, all in text; of searches less `spanSet`, which repeats the first of `spanSets`. */
  readonly body: string;
}

/** What one old server answered to everything that the client asked. */
export interface Recording {
  /** The server's version. */
  readonly tempo: string;
  /** The `Accept` header that all requests carried. */
  readonly accept: string;
  readonly exchanges: readonly Exchange[];
}

/** A file of the package's recordings. */
export const readRecorded = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../recordings/${file}`, import.meta.url), "utf8"));

/**
 * Path and query of a request, with the query's parameters and the ids of a list in a fixed order: in which order ids come
 * depends on which of several answers came first, and means nothing to Tempo.
 */
export function requestKey(pathAndQuery: string): string {
  const { pathname, searchParams } = new URL(pathAndQuery, "http://localhost");
  const parameters = [...searchParams]
    .map(([name, value]) => `${name}=${value.replace(/(?<=trace:id =~ ")[0-9a-f|]+(?=")/g, sortedIds)}`)
    .sort();
  return parameters.length === 0 ? pathname : `${pathname}?${parameters.join("&")}`;
}

const sortedIds = (list: string): string => list.split("|").sort().join("|");

export interface Replay {
  readonly url: string;
  /** Requests that the recording has no answer to. */
  readonly unknown: string[];
  /** Recorded requests that nobody asked so far. */
  unused(): string[];
  close(): Promise<void>;
}

/** Status of the answer to a request that was not recorded: no Tempo sends it, and the client does not retry it. */
const NOT_RECORDED = 418;

/** A real HTTP server that answers as the recorded one did. */
export async function startReplay(recording: Recording): Promise<Replay> {
  const answers = new Map(recording.exchanges.map((exchange) => [exchange.request, exchange]));
  const unused = new Set(answers.keys());
  const unknown: string[] = [];
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    const key = requestKey(request.url ?? "/");
    const answer = answers.get(key);
    unused.delete(key);
    if (answer === undefined || request.headers.accept !== recording.accept) {
      unknown.push(`accept: ${request.headers.accept} ${key}`);
      response.writeHead(NOT_RECORDED).end("this request was not recorded");
      return;
    }
    const headers = answer.contentType === "" ? {} : { "content-type": answer.contentType };
    response.writeHead(answer.status, headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unknown,
    unused: () => [...unused],
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
