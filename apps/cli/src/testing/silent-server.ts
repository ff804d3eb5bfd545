import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** How far a server gets with its answer before it falls silent for good. */
export const SILENCES = {
  "accepts and says nothing": "",
  "sends its headers alone": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
  "sends half of its answer":
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"items":[',
} as const;

/** A server that never comes to an end. */
export interface SilentServer {
  readonly port: number;
  /** Resolves when it has been asked something since this was last called. */
  asked(): Promise<void>;
  close(): void;
}

/** Answers every connection with `says`, and then with nothing. */
export async function startSilentServer(says: string): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(says, () => server.emit("asked")));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked: async () => {
      await once(server, "asked");
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
