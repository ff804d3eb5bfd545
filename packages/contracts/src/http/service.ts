import { z } from "zod";

/** `GET /health`: the process runs; it says nothing of Redis or Tempo. */
export const healthAnswer = z.object({ status: z.literal("healthy") }).meta({ id: "Health" });

const dependency = z.object({ ok: z.boolean(), error: z.string().optional(), milliseconds: z.int() });

/** 200 when both answer, 503 with the same shape when one does not. */
export const readyAnswer = z
  .object({ status: z.enum(["ready", "not_ready"]), redis: dependency, tempo: dependency })
  .meta({ id: "Ready" });
export type ReadyAnswer = z.infer<typeof readyAnswer>;

/** `GET /v1/console`: what the console must know of the installation. */
export const consoleAnswer = z
  .object({
    version: z.string(),
    grafana_url: z.string().nullable().meta({ description: "Where traces can be opened in Grafana; null: nowhere." }),
    grafana_datasource_uid: z.string().nullable().meta({ description: "Of the Tempo datasource in that Grafana." }),
  })
  .meta({ id: "Console" });
export type ConsoleAnswer = z.infer<typeof consoleAnswer>;

/** `GET /`: where things are. */
export const indexAnswer = z
  .object({ name: z.literal("BeTrace"), version: z.string(), links: z.record(z.string(), z.string()) })
  .meta({ id: "Index" });
