import { createServer } from "node:net";

/** `fixed`: the usual port, or an error. `prefer`: the usual port, or a free one. `free`: never the usual port. */
export type PortChoice = "fixed" | "prefer" | "free";

/**
 * The port to listen on at 127.0.0.1; 0 lets the system choose one.
 *
 * @throws Error that names the port when it is taken and no other is allowed.
 */
export async function choosePort(wanted: number, choice: PortChoice): Promise<number> {
  if (wanted === 0 || choice === "free") return 0;
  if (await isFree(wanted)) return wanted;
  if (choice === "prefer") return 0;
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
