import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readiness, type RedisHealth, type WorkerGauge } from "@betrace/replay";
import type { TempoClient } from "@betrace/tempo";

/** A worker's small port for probes and Prometheus. */
export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Watched {
  readonly gauge: () => WorkerGauge;
  readonly health: RedisHealth;
  readonly tempo: TempoClient;
}

/**
 * Serves `/health` (the process runs), `/ready` (Redis takes a write and Tempo answers, within two seconds) and
 * `/metrics`.
 */
export async function serveStatus(host: string, port: number, watched: Watched): Promise<StatusServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? "/", watched).then(
      ({ status, type, text }) => response.writeHead(status, { "Content-Type": type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, watched: Watched): Promise<{ status: number; type: string; text: string }> {
  const json = (status: number, body: unknown) => ({ status, type: "application/json", text: JSON.stringify(body) });
  switch (path) {
    case "/health":
      return json(200, { status: "healthy" });
    case "/ready": {
      const body = await readiness(watched);
      return json(body.status === "ready" ? 200 : 503, body);
    }
    case "/metrics":
      return { status: 200, type: "text/plain; version=0.0.4", text: metricsText(watched.gauge()) };
    default:
      return json(404, { paths: ["/health", "/ready", "/metrics"] });
  }
}

/** Name, type and help of each gauge (prometheus.io/docs/instrumenting/exposition_formats). */
const SERIES: Readonly<Record<keyof WorkerGauge, readonly [name: string, type: "gauge" | "counter", help: string]>> = {
  activeShards: ["betrace_worker_active_shards", "gauge", "Shards that run now."],
  tracesInProgress: ["betrace_worker_traces_in_progress", "gauge", "Traces decided in shards that are not committed."],
  tracesEvaluated: ["betrace_worker_traces_evaluated_total", "counter", "Traces in committed shards."],
  violationsFound: ["betrace_worker_violations_found_total", "counter", "Violations in committed shards."],
  violationsWritten: ["betrace_worker_violations_written_total", "counter", "Violation spans acknowledged."],
  shardsCommitted: ["betrace_worker_shards_committed_total", "counter", "Shards committed."],
  shardsRetried: [
    "betrace_worker_shards_retried_total",
    "counter",
    "Attempts that ended in an error and will be repeated.",
  ],
  shardsOvertaken: [
    "betrace_worker_shards_overtaken_total",
    "counter",
    "Runs whose shard another worker had taken over; they wrote nothing.",
  ],
  shardsLeftToNewer: [
    "betrace_worker_shards_left_to_newer_total",
    "counter",
    "Times that a job of a newer release was put back for a newer worker.",
  ],
  shardsFailed: ["betrace_worker_shards_failed_total", "counter", "Shards given up as incomplete."],
};

function metricsText(gauge: WorkerGauge): string {
  return Object.entries(SERIES)
    .map(([key, [name, type, help]]) => {
      const value = gauge[key as keyof WorkerGauge];
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
    })
    .join("");
}
