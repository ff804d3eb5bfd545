import type { Writable } from "node:stream";

/** Server-sent events (html.spec.whatwg.org, "Server-sent events") to one client, with a bound on what waits for it. */
export interface EventStream {
  /** One event; `json` on one line. `idMark` stands at the end of its id, which the client sends when it comes back. */
  send(event: string, json: string, idMark?: string): void;
  end(): void;
}

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** A client for whom more than this waits is cut off: it does not read as fast as things happen. */
  readonly maxBacklogBytes: number;
  /** How long a client that was cut off should wait before it comes back. */
  readonly reconnectMs: number;
}

export const EVENT_STREAM_TYPE = "text/event-stream; charset=utf-8";

/** Writes events to a response until it is ended, by either side. */
export function createEventStream(to: Writable, options: EventStreamOptions): EventStream {
  let id = 0;
  const heartbeat = setInterval(() => write(": still here\n\n"), options.heartbeatMs);
  to.once("close", () => clearInterval(heartbeat));
  // A client that went away is heard of by `close`; its broken pipe is no error of ours.
  to.on("error", () => undefined);

  function write(text: string): void {
    if (to.writableEnded || to.destroyed) return;
    to.write(text);
    heartbeat.refresh();
    if (to.writableLength > options.maxBacklogBytes) to.destroy();
  }

  write(`retry: ${options.reconnectMs}\n\n`);
  return {
    send(event, json, idMark = "") {
      id += 1;
      write(`id: ${id}${idMark}\nevent: ${event}\ndata: ${json}\n\n`);
    },
    end() {
      clearInterval(heartbeat);
      if (!to.destroyed) to.end();
    },
  };
}
