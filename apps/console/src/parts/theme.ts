import { signal } from "@preact/signals";

/** What the person chose; `system` follows the system. `public/theme.js` applies it before the first paint. */
export type Theme = "system" | "light" | "dark";

const KEY = "betrace.theme";

export const theme = signal<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? "system");

/** Counts how often colours changed, for what draws on a canvas. */
export const colours = signal(0);

export function nextTheme(): void {
  const next = { system: "light", light: "dark", dark: "system" } as const;
  theme.value = next[theme.value];
  if (theme.value === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(KEY, theme.value);
  }
  colours.value += 1;
}

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  colours.value += 1;
});
