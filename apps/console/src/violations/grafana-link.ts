import type { ConsoleAnswer } from "@betrace/contracts";

/**
 * Grafana's page that shows a trace (Explore, "panes" as Grafana 10 and later read them); undefined if there is no
 * Grafana.
 */
export function grafanaLink(
  settings: Pick<ConsoleAnswer, "grafana_url" | "grafana_datasource_uid"> | undefined,
  traceId: string,
): string | undefined {
  if (settings === undefined || settings.grafana_url === null) return undefined;
  const uid = settings.grafana_datasource_uid;
  const datasource = { type: "tempo", ...(uid === null ? {} : { uid }) };
  const panes = {
    betrace: {
      ...(uid === null ? {} : { datasource: uid }),
      queries: [{ refId: "A", datasource, queryType: "traceql", query: traceId }],
    },
  };
  const query = new URLSearchParams({ schemaVersion: "1", panes: JSON.stringify(panes) });
  return `${settings.grafana_url.replace(/\/$/, "")}/explore?${query}`;
}
