import { createServer } from "node:net";

/**
 * The port itself when it is free on 127.0.0.1, else any free one where that is allowed.
 *
 * @throws Error that names the port when it is taken and no other is allowed.
 */
export async function portOrFree(wanted: number, anyPort: boolean): Promise<number> {
  if (wanted === 0 || (await isFree(wanted))) return wanted;
  if (anyPort) return 0;
  throw new Error(
    `expected port ${wanted} on 127.0.0.1 to be free, but something listens there already; end that, or set ${WHERE_SET[wanted] ?? "PORT"}`,
  );
}

const WHERE_SET: Readonly<Record<number, string>> = {
  3200: "TEMPO_URL to the Tempo that runs there",
  4318: "TEMPO_URL and OTEL_EXPORTER_OTLP_ENDPOINT to the Tempo that runs there",
};

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
