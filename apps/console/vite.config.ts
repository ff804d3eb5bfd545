import { defineConfig } from "vite";

const api = process.env.BETRACE_API ?? "http://127.0.0.1:8080";

// biome-ignore lint/style/noDefaultExport: Vite reads its settings from the default export.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // On a busy machine it would print how long its plugins took, in the middle of an `npm ci`.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { proxy: { "/v1": api, "/ready": api } },
});
