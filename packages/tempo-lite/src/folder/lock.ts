import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const NAME = "LOCK";

interface Holder {
  readonly pid: number;
  /**
   * When the process began, as the kernel counts; empty if there is no `/proc`. Tells a process from a later one with
   * its number.
   */
  readonly began: string;
  readonly token: string;
}

/**
 * Takes a folder for this process alone. Rejects, naming the holder, while a living process has it; the lock of a process
 * that is gone is taken over. Resolves to the function that gives the folder free.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, NAME);
  const own: Holder = { pid: process.pid, began: await beganAt(process.pid), token: randomUUID() };
  // Written aside and linked into place, so that nobody ever reads half a lock.
  const aside = `${path}.${own.token}`;
  await writeFile(aside, JSON.stringify(own));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await linked(aside, path)) {
        return async () => {
          if ((await holderOf(path))?.token === own.token) await rm(path, { force: true });
        };
      }
      const holder = await holderOf(path);
      if (holder !== undefined && (await isAlive(holder))) {
        throw new Error(`${folder} is in use by process ${holder.pid}; one process at a time may hold a data folder`);
      }
      await moveStale(path, `${aside}.stale`, holder?.token);
    }
    throw new Error(`${folder} could not be locked: other processes keep taking it`);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Only one of several that see a stale lock can move it away; who moved a fresh one by mistake puts it back. */
async function moveStale(path: string, aside: string, token: string | undefined): Promise<void> {
  await rename(path, aside).catch(() => {});
  const moved = await holderOf(aside);
  if (moved !== undefined && moved.token !== token) await linked(aside, path);
  await rm(aside, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { pid, began, token } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" ? { pid, began: String(began), token: String(token) } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return (await beganAt(holder.pid)) === holder.began;
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)); the command in field 2 may hold spaces and parentheses. */
async function beganAt(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
