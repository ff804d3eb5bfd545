import { createServer, type Socket } from "node:net";
import {
  attachSession,
  createRedisCommandExecutor,
  RedisServerState,
  resolveCompatibilityProfile,
  SocketConnectionTransport,
} from "js-redis-server/core";

/** A Redis that lives in this process and ends with it. */
export interface EmbeddedRedis {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts js-redis-server behind a listener of our own: the one it brings listens on all interfaces, this one on
 * 127.0.0.1 only. About a fifteenth of a real Redis's speed; keeps everything in memory.
 *
 * @param port TCP port; 0 takes a free one.
 */
export async function startEmbeddedRedis(port: number): Promise<EmbeddedRedis> {
  const compatibility = resolveCompatibilityProfile(undefined);
  const state = new RedisServerState({ databaseCount: 16, compatibility });
  const executor = createRedisCommandExecutor({ compatibility });
  const sockets = new Set<Socket>();

  const server = createServer({ keepAlive: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    attachSession(new SocketConnectionTransport(socket), {
      state,
      executor,
      clientAddress: `${socket.remoteAddress}:${socket.remotePort}`,
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the embedded Redis has no TCP address");

  return {
    port: address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          state.close();
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
