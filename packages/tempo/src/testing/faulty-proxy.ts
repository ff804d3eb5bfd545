import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FaultyProxy {
  readonly url: string;
  /** What was asked, in order. */
  readonly seen: { readonly path: string; readonly query: URLSearchParams }[];
  close(): Promise<void>;
}

/** Stands between the client and a real store; `fault` may answer in its place, and returns whether it did. */
export async function startFaultyProxy(
  target: string,
  fault: (path: string, query: URLSearchParams, response: ServerResponse) => boolean,
): Promise<FaultyProxy> {
  const seen: FaultyProxy["seen"] = [];
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    const url = new URL(request.url ?? "/", target);
    seen.push({ path: url.pathname, query: url.searchParams });
    if (fault(url.pathname, url.searchParams, response)) return;
    fetch(url, { headers: { accept: request.headers.accept ?? "*/*" } })
      .then(async (answer) => {
        const type = answer.headers.get("content-type");
        response.writeHead(answer.status, type === null ? {} : { "content-type": type });
        response.end(Buffer.from(await answer.arrayBuffer()));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
