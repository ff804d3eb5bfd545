import { startEmbeddedRedis } from "./embedded.js";
import { findRedisServer, startRedisProcess } from "./server-process.js";

export interface LocalRedisOptions {
  /** Where to look for redis-server and valkey-server, e.g. `process.env.PATH`. */
  readonly path: string;
  /** TCP port on 127.0.0.1; default 0: a free one. */
  readonly port?: number;
  /** A folder in which a redis-server keeps its data. The embedded Redis keeps nothing, whatever stands here. */
  readonly dataDir?: string;
  /** `server` fails if no redis-server is installed, `embedded` never looks for one. Default: whichever there is. */
  readonly kind?: "server" | "embedded";
  /** Further arguments of a redis-server; the embedded Redis takes none. */
  readonly arguments?: readonly string[];
  /** Told how a redis-server ended, a signal or an exit code, if nobody told it to. */
  readonly onLost?: (how: string) => void;
}

/** A Redis on 127.0.0.1 that ends with this process. */
export interface LocalRedis {
  /** `redis://127.0.0.1:PORT`. */
  readonly url: string;
  /** The executable's path, or `embedded`. */
  readonly origin: string;
  /** True when what is written outlives the process: a redis-server with a data folder. */
  readonly persistent: boolean;
  close(): Promise<void>;
}

/**
 * Starts a redis-server or valkey-server found on `path`, else the embedded Redis.
 *
 * @throws Error when `kind` is `server` and none is installed, or when the port is taken.
 */
export async function startLocalRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  const executable = options.kind === "embedded" ? undefined : findRedisServer(options.path);
  if (executable === undefined && options.kind === "server") {
    throw new Error(
      "expected redis-server or valkey-server on the PATH, found neither; install one (e.g. the package redis-server)",
    );
  }
  const started =
    executable === undefined
      ? await startEmbeddedRedis(options.port ?? 0)
      : await startRedisProcess(executable, options.port ?? 0, options.dataDir, options.arguments, options.onLost);
  return {
    url: `redis://127.0.0.1:${started.port}`,
    origin: executable ?? "embedded",
    persistent: executable !== undefined && options.dataDir !== undefined,
    close: () => started.close(),
  };
}
