import { connect, createServer } from "node:net";
import { CommandError, EXIT } from "./exit-codes.js";

/** A port to listen on at 127.0.0.1. */
export interface PortWish {
  /** Taken where nobody asks for another; the next free one after it where it is not free. */
  readonly usual: number;
  /** Asked for: this one or none; 0 is any. */
  readonly wanted: number | undefined;
  /** How it is asked for, e.g. `--otlp-port`. */
  readonly askedBy: string;
  /** What happens there, e.g. `traces go in`. */
  readonly what: string;
}

/** A port that was free a moment ago. */
export interface ChosenPort {
  /** 0: the system chooses. */
  readonly port: number;
  /** A sentence for a person, where it is not the usual one although nobody asked for another. */
  readonly moved: string | undefined;
}

/** Enough for the worst collection of servers on a laptop. */
const TRIES = 100;

/**
 * Chooses ports, without disturbing who listens there already. Those that are asked for come first.
 *
 * @throws CommandError where one that is asked for is taken.
 */
export async function choosePorts<Wishes extends Readonly<Record<string, PortWish>>>(
  wishes: Wishes,
): Promise<{ readonly [Name in keyof Wishes]: ChosenPort }> {
  const all = Object.entries(wishes);
  const asked = new Set(all.flatMap(([, { wanted }]) => wanted ?? []));
  const chosen = new Map<string, ChosenPort>();
  for (const [name, wish] of all) {
    const held = new Set([...asked, ...[...chosen.values()].map(({ port }) => port)]);
    chosen.set(name, wish.wanted === undefined ? await nextFree(wish, held) : await theOneAskedFor(wish.wanted, wish));
  }
  return Object.fromEntries(chosen) as { [Name in keyof Wishes]: ChosenPort };
}

async function theOneAskedFor(port: number, { askedBy }: PortWish): Promise<ChosenPort> {
  if (port === 0 || (await isFree(port))) return { port, moved: undefined };
  throw new CommandError(
    EXIT.usage,
    `expected port ${port} to be free, but something listens there already; end that, choose another with ${askedBy}, or leave it out to get a free one`,
  );
}

async function nextFree({ usual, askedBy, what }: PortWish, held: ReadonlySet<number>): Promise<ChosenPort> {
  for (let port = usual; port < usual + TRIES; port++) {
    if (held.has(port) || !(await isFree(port))) continue;
    return {
      port,
      moved: port === usual ? undefined : `Port ${usual} is taken: ${what} at port ${port} (${askedBy} chooses one).`,
    };
  }
  return { port: 0, moved: `Ports ${usual} to ${usual + TRIES - 1} are taken: ${what} at any that is free.` };
}

/**
 * Whether nobody is there whom `localhost` could mean. Trying to listen alone would miss a server of the other IP
 * version, and on some systems one that listens on every interface: what is meant for it would then reach us, or the
 * other way round.
 */
async function isFree(port: number): Promise<boolean> {
  const answered = await Promise.all([somebodyAnswers(port, "127.0.0.1"), somebodyAnswers(port, "::1")]);
  return !answered.includes(true) && (await canListen(port));
}

/** A loopback interface answers at once, one way or the other. */
const LOOPBACK_ANSWERS_MS = 500;

function somebodyAnswers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: LOOPBACK_ANSWERS_MS });
    const answer = (somebody: boolean) => () => {
      socket.destroy();
      resolve(somebody);
    };
    socket.once("connect", answer(true)).once("error", answer(false)).once("timeout", answer(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
