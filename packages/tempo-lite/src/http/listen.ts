import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MAX_REQUEST_HEAD_BYTES } from "../limits.js";
import { replyText } from "./reply.js";
import { type RouteOptions, route } from "./route.js";

export interface Listening {
  /** The base URL, without a slash at its end. */
  readonly url: string;
  /** Stops accepting, drops the connections that are open, resolves when the port is free. */
  close(): Promise<void>;
}

/** Opens one HTTP port. Rejects when it is taken. A bug in a handler answers 500 and goes to `onError`. */
export async function listen(
  port: number,
  host: string,
  options: RouteOptions,
  onError: (error: unknown) => void,
): Promise<Listening> {
  const server = createServer({ maxHeaderSize: MAX_REQUEST_HEAD_BYTES }, (request, response) => {
    route(request, response, options).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) replyText(response, 500, "internal error");
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return { url: `http://${shownHost}:${address.port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
