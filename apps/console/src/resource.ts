import { useEffect, useRef, useState } from "preact/hooks";

/** Something read over the network. While it is read anew, or failed to be, what was read before can still be shown. */
export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Reads something when the component appears and when `dependencies` change; an older read is aborted and never shown after
 * a newer one. `read` giving undefined means that there is nothing to ask yet.
 */
export function useResource<T>(
  read: (signal: AbortSignal) => Promise<T> | undefined,
  dependencies: readonly unknown[],
): Resource<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Omit<Resource<T>, "reload">>({ data: undefined, error: undefined, loading: true });
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const aborter = new AbortController();
    const reading = latest.current(aborter.signal);
    if (reading === undefined) {
      setState({ data: undefined, error: undefined, loading: false });
      return undefined;
    }
    setState((before) => ({ ...before, loading: true }));
    reading.then(
      (data) => {
        if (!aborter.signal.aborted) setState({ data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        const shown = error instanceof Error ? error : new Error(String(error));
        setState((before) => ({ data: before.data, error: shown, loading: false }));
      },
    );
    return () => aborter.abort();
  }, [...dependencies, turn]);
  return { ...state, reload: () => setTurn((n) => n + 1) };
}
