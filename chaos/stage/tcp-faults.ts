import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP proxy that can become a black hole: connections stay open and nothing passes. */
export interface TcpFaults {
  readonly port: number;
  /** From now on nothing passes, in either direction, on the connections there are; `newToo`: nor on new ones. */
  blackHole(newToo: boolean): void;
  /** New connections pass again; the swallowed ones stay dead, as after a firewall forgot them. */
  heal(): void;
  /** Bytes that were swallowed. */
  readonly swallowed: () => number;
  close(): Promise<void>;
}

export async function startTcpFaults(targetPort: number): Promise<TcpFaults> {
  const pairs = new Set<{ readonly sockets: readonly [Socket, Socket]; dark: boolean }>();
  let newAreDark = false;
  let swallowed = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    const pair = { sockets: [near, far] as const, dark: newAreDark };
    pairs.add(pair);
    const pass = (from: Socket, to: Socket) => {
      from.on("data", (chunk: Buffer) => {
        if (pair.dark) swallowed += chunk.length;
        else to.write(chunk);
      });
      from.on("error", () => {});
      from.on("close", () => {
        // Nobody hears of the other side's end through a black hole: that side stays, until it leaves by itself or the proxy closes.
        if (!pair.dark) to.destroy();
        if (to.destroyed) pairs.delete(pair);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    blackHole(newToo) {
      newAreDark = newToo;
      for (const pair of pairs) pair.dark = true;
    },
    heal() {
      newAreDark = false;
    },
    swallowed: () => swallowed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const pair of pairs) for (const socket of pair.sockets) socket.destroy();
      }),
  };
}
