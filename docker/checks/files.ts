import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The root of the repository, with a slash behind it. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The text of a file, by its path from the root. */
export function text(path: string): string {
  return readFileSync(`${ROOT}${path}`, "utf8");
}

/** A YAML or JSON file, merge keys (`<<`) resolved. */
// biome-ignore lint/suspicious/noExplicitAny: these tests look into files of every shape.
export function data(path: string): any {
  return path.endsWith(".json") ? JSON.parse(text(path)) : parse(text(path), { merge: true });
}

/** A service of docker-compose.yml, as far as the tests read it. */
export interface Service {
  readonly image: string;
  readonly build?: string | { readonly context: string; readonly dockerfile_inline?: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly container_name?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

/** docker-compose.yml. */
export function compose(): { readonly services: Record<string, Service>; readonly volumes: Record<string, unknown> } {
  return data("docker-compose.yml");
}

/** `host:port` of every URL with a service's name in it, e.g. `tempo:3200`. */
export function addressesIn(written: string): readonly string[] {
  const names = Object.keys(compose().services).join("|");
  return [...written.matchAll(new RegExp(`(?://|")((?:${names}):\\d+)`, "g"))].map(([, address]) => address ?? "");
}
