import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

/** What the proxy does to one request instead of, or besides, passing it on. */
export type HttpFault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** Takes the request and never answers. */
  | { readonly kind: "hang" }
  /** Half of the true body, then the connection breaks. */
  | { readonly kind: "reset" }
  /** Says gzip, and sends half of it as though it were all. */
  | { readonly kind: "cut gzip" }
  | { readonly kind: "html" }
  /** The true body under another Content-Type. */
  | { readonly kind: "wrong type" }
  /** 200 with the right Content-Type and no body. */
  | { readonly kind: "empty" }
  /** 200 with a body of the caller's; the request is not passed on. */
  | { readonly kind: "body"; readonly type: string; readonly body: Buffer };

/** An HTTP proxy on loopback in front of Tempo or of an OTLP receiver. */
export interface HttpFaults {
  readonly url: string;
  /** Asked for each request; undefined passes it on untouched. */
  fault: (path: string) => HttpFault | undefined;
  /** Milliseconds before each answer that is passed on; 0 by default. */
  delayMs: number;
  /** Requests seen, and faults really injected. */
  readonly seen: { requests: number; faults: number; open: number; mostOpen: number };
  reset(): void;
  close(): Promise<void>;
}

export async function startHttpFaults(target: string): Promise<HttpFaults> {
  const seen = { requests: 0, faults: 0, open: 0, mostOpen: 0 };
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    seen.requests++;
    seen.open++;
    seen.mostOpen = Math.max(seen.mostOpen, seen.open);
    response.once("close", () => {
      seen.open--;
    });
    const fault = proxy.fault(request.url ?? "/");
    if (fault !== undefined) seen.faults++;
    answer(target, request, response, fault, proxy.delayMs).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: HttpFaults = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: () => undefined,
    delayMs: 0,
    seen,
    reset() {
      proxy.fault = () => undefined;
      proxy.delayMs = 0;
      Object.assign(seen, { requests: 0, faults: 0, mostOpen: seen.open });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

async function answer(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: HttpFault | undefined,
  delayMs: number,
) {
  const sent: Buffer[] = [];
  for await (const chunk of request) sent.push(chunk as Buffer);
  switch (fault?.kind) {
    case "status":
      response.writeHead(fault.status, fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter });
      response.end(fault.body ?? "injected");
      return;
    case "hang":
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>");
      return;
    case "body":
      response.writeHead(200, { "content-type": fault.type }).end(fault.body);
      return;
  }
  if (delayMs > 0) await sleep(delayMs);
  const { status, type, body } = await passOn(target, request, Buffer.concat(sent));
  switch (fault?.kind) {
    case "reset":
      response.writeHead(status, { "content-type": type, "content-length": String(body.length + 1) });
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      return;
    case "cut gzip": {
      const packed = gzipSync(body);
      response.writeHead(status, { "content-type": type, "content-encoding": "gzip" });
      response.end(packed.subarray(0, packed.length >> 1));
      return;
    }
    case "wrong type":
      response
        .writeHead(status, { "content-type": type.includes("json") ? "application/protobuf" : "text/plain" })
        .end(body);
      return;
    case "empty":
      response.writeHead(200, { "content-type": type }).end();
      return;
    default:
      response.writeHead(status, { "content-type": type }).end(body);
  }
}

function passOn(target: string, { url, method, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; type: string; body: Buffer }>((resolve, reject) => {
    const outgoing = httpRequest(
      new URL(url ?? "/", target),
      { method, headers: { ...headers, host: "" } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 502,
            type: incoming.headers["content-type"] ?? "application/octet-stream",
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
