import { setMaxListeners } from "node:events";

/**
 * Runs tasks side by side under one signal. The first failure aborts the others, and nothing is left running when this
 * settles: it throws that first failure only after all tasks have ended.
 */
export async function together<T>(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  signal.throwIfAborted();
  const controller = new AbortController();
  // As many listeners as there are parts of a window below this one: not a leak.
  setMaxListeners(0, controller.signal);
  const onAbort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  let failed = false;
  let failure: unknown;
  try {
    const settled = await Promise.all(
      tasks.map(async (task) => {
        try {
          return { value: await task(controller.signal) };
        } catch (error) {
          if (!failed) {
            failed = true;
            failure = error;
            controller.abort(error);
          }
          return undefined;
        }
      }),
    );
    if (failed) throw failure;
    return settled.flatMap((result) => (result === undefined ? [] : [result.value]));
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
