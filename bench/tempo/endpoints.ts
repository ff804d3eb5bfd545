/** The Tempo under test. */
export interface Endpoints {
  /** Its HTTP API, without a trailing slash. */
  readonly tempoUrl: string;
  /** Its OTLP/HTTP receiver, to which `/v1/traces` is added. */
  readonly otlpUrl: string;
}

/** From `TEMPO_URL` and `OTEL_EXPORTER_OTLP_ENDPOINT` (port 4318 of the same host unless given). Throws where there is no Tempo. */
export function endpointsFrom(env: Readonly<Record<string, string | undefined>>): Endpoints {
  const tempoUrl = env.TEMPO_URL?.replace(/\/+$/, "");
  if (!tempoUrl)
    throw new Error("TEMPO_URL is not set: this bench needs a real Tempo, e.g. TEMPO_URL=http://127.0.0.1:3200");
  const otlpUrl = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, "") || `http://${new URL(tempoUrl).hostname}:4318`;
  return { tempoUrl, otlpUrl };
}
