import { useEffect, useState } from "preact/hooks";

/**
 * What a dynamic import gives, once it is there. A new build of the console takes the old files away: then the page is
 * loaded anew, once, which brings the new ones.
 */
export function useLazy<T>(load: () => Promise<T>): T | undefined {
  const [loaded, setLoaded] = useState<{ readonly value: T }>();
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => {
        sessionStorage.removeItem(RELOADED);
        if (wanted) setLoaded({ value });
      },
      (error: unknown) => {
        if (sessionStorage.getItem(RELOADED) !== null) throw error;
        sessionStorage.setItem(RELOADED, "1");
        window.location.reload();
      },
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  return loaded?.value;
}

const RELOADED = "betrace.reloaded";
