import { useEffect } from "preact/hooks";
import { api } from "../api/api.js";
import { useResource } from "../resource.js";
import type { Known } from "./suggest.js";

const AGAIN_MS = 5_000;

/** What Tempo knows, for completion; asked for again while a slow Tempo has not said all of it. */
export function useKnown(): Known | undefined {
  const { data, error, loading, reload } = useResource(api.attributes, []);
  const lacking = error !== undefined || (data !== undefined && data.unavailable !== null);
  useEffect(() => {
    if (!lacking || loading) return undefined;
    const timer = setTimeout(reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [lacking, loading]);
  return data;
}
