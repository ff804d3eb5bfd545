import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** As long as the request lines that Tempo takes: lists of trace ids stand in them. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Stands before a Tempo and watches how long it is asked anything. */
export interface InFlight {
  readonly url: string;
  /** Milliseconds, since the last call, in which at least one request was open, and the most that were open at once. */
  take(): { readonly busyMs: number; readonly most: number; readonly requests: number };
  close(): Promise<void>;
}

/** Passes GET requests on as they are. A request is open from its first byte until the last byte of its answer is passed on. */
export async function watchInFlight(tempoUrl: string): Promise<InFlight> {
  const agent = new Agent({ keepAlive: true });
  let open = 0;
  let since = 0;
  let busyMs = 0;
  let most = 0;
  let requests = 0;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (incoming, outgoing) => {
    if (open++ === 0) since = performance.now();
    most = Math.max(most, open);
    requests++;
    outgoing.once("close", () => {
      if (--open === 0) busyMs += performance.now() - since;
    });
    const passedOn = request(
      `${tempoUrl}${incoming.url}`,
      { agent, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passedOn.on("error", () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = { busyMs: busyMs + (open > 0 ? performance.now() - since : 0), most, requests };
      since = performance.now();
      busyMs = 0;
      most = open;
      requests = 0;
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
