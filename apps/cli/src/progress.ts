import { Presets, SingleBar } from "cli-progress";
import type { TextStream } from "./io.js";

/** A bar on a terminal; a line now and then elsewhere. Always on a stream of its own, so that answers can be piped. */
export interface Progress {
  /** @param done From 0 to `total`. @param detail What stands behind the bar, e.g. `12,000 traces/s`. */
  update(done: number, detail: string): void;
  /** Leaves the bar full and goes to the next line. */
  finish(detail: string): void;
  /** Leaves the bar as it stands. */
  stop(): void;
}

/** Off a terminal at most one line in this many milliseconds. */
const LINE_EVERY_MS = 2_000;

export function createProgress(stream: TextStream, label: string, total: number): Progress {
  return stream.isTTY ? terminalBar(stream, label, total) : plainLines(stream, label, total);
}

function terminalBar(stream: TextStream, label: string, total: number): Progress {
  // What stands behind the bar is worth more than the bar: on a narrow terminal the bar gives way.
  const { columns = 80 } = stream;
  const bar = new SingleBar(
    {
      stream,
      format: `${label.padEnd(10)} {bar} {percentage}%  {detail}`,
      hideCursor: true,
      barsize: Math.min(32, Math.max(8, columns - 75)),
      fps: 12,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { detail: "" });
  return {
    update: (done, detail) => bar.update(done, { detail }),
    finish: (detail) => {
      bar.update(total, { detail });
      bar.stop();
    },
    stop: () => bar.stop(),
  };
}

function plainLines(stream: TextStream, label: string, total: number): Progress {
  let saidAt = Date.now();
  const say = (done: number, detail: string): void => {
    stream.write(`${label} ${Math.floor((100 * done) / Math.max(1, total))}%  ${detail}\n`);
  };
  return {
    update: (done, detail) => {
      if (Date.now() - saidAt < LINE_EVERY_MS) return;
      saidAt = Date.now();
      say(done, detail);
    },
    finish: (detail) => say(total, detail),
    stop: () => undefined,
  };
}
