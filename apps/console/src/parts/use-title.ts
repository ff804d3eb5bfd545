import { useEffect } from "preact/hooks";

/** The title of the window while the component is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · BeTrace`;
  }, [title]);
}
