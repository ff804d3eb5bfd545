import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CallError } from "../api/call.js";
import type { Resource } from "../resource.js";
import { Notice } from "./notice.js";

const SLOW_MS = 3_000;

/**
 * What was read, or that it is being read (in the room that it will take, so that nothing jumps), or why it could not be,
 * with a way to try again. What was read before stays in sight while it is read anew.
 */
export function Load<T>(props: {
  readonly of: Resource<T>;
  /** Ends the sentence "Reading …". */
  readonly what: string;
  /** Lines of room to keep free. */
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { of, what, lines = 3, children } = props;
  return (
    <>
      {of.error !== undefined && <Failed error={of.error} what={what} onRetry={of.reload} />}
      {of.data !== undefined ? (
        <div class={of.loading ? "stale" : "fresh"} aria-busy={of.loading}>
          {children(of.data)}
        </div>
      ) : (
        of.loading && <Loading what={what} lines={lines} />
      )}
    </>
  );
}

/** Grey lines where text will be; after three seconds it says what it waits for. */
export function Loading({ what, lines = 3 }: { readonly what: string; readonly lines?: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" role="status" aria-label={`Reading ${what}`}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="skeleton-line" />
      ))}
      <span class="skeleton-note">{slow ? `Still reading ${what}. Nothing else waits for it.` : ""}</span>
    </div>
  );
}

/** Why something did not work, in the API's words, and a way to try again where that can help. */
export function Failed(props: { readonly error: Error; readonly what: string; readonly onRetry?: () => void }) {
  const { error, what, onRetry } = props;
  const problem = error instanceof CallError ? error.problem : undefined;
  return (
    <Notice kind="bad" title={problem?.title ?? `Could not read ${what}`}>
      <p>{error.message}</p>
      {(problem?.errors ?? []).map((item) => (
        <p key={`${item.path}${item.message}`}>
          {item.path !== undefined && <code>{item.path}</code>} {item.message} {item.hint}
        </p>
      ))}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </Notice>
  );
}
