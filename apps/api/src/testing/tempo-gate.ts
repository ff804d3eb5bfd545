import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A door in front of a trace store: it counts who comes, and lets nobody through while it is shut. */
export interface TempoGate {
  readonly url: string;
  /** When each request came, milliseconds of `performance.now()`. */
  readonly arrivals: readonly number[];
  /** Resolves when this many requests came. */
  arrived(count: number): Promise<void>;
  shut(): void;
  open(): void;
  /** From now on every request is answered with this status; undefined: passed on. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

/** Opens the door on a free port of 127.0.0.1. */
export async function startTempoGate(): Promise<TempoGate & { target: string }> {
  const arrivals: number[] = [];
  let opened = Promise.resolve();
  let release = () => {};
  let refused: number | undefined;
  const gate = { target: "" };
  const server = createServer(async (incoming, outgoing) => {
    arrivals.push(performance.now());
    server.emit("arrival");
    await opened;
    if (refused !== undefined) {
      outgoing.writeHead(refused).end("refused by the test");
      return;
    }
    const { method, headers } = incoming;
    const passed = request(new URL(incoming.url ?? "/", gate.target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(gate, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    async arrived(count: number) {
      while (arrivals.length < count) await once(server, "arrival");
    },
    shut() {
      opened = new Promise((resolve) => {
        release = resolve;
      });
    },
    open: () => release(),
    refuse(status: number | undefined) {
      refused = status;
    },
    async close() {
      release();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
