import { formatDuration } from "./duration.js";
import type { Setting, SettingGroup, SettingValues } from "./setting.js";

/** The effective settings by variable name, fit to be logged: secrets are `[redacted]`, passwords in URLs `***`. */
export function showSettings<G extends SettingGroup>(group: G, values: SettingValues<G>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [key, setting] of Object.entries(group)) {
    const value = values[key];
    if (value !== undefined) shown[setting.env] = showValue(setting, value);
  }
  return shown;
}

/**
 * The settings of several processes as the Markdown table of the operating guide, each variable once with the
 * processes that read it.
 */
export function settingsTable(groups: Readonly<Record<string, SettingGroup>>): string {
  const readers = new Map<string, { readonly setting: Setting<unknown>; readonly by: string[] }>();
  for (const [process, group] of Object.entries(groups)) {
    for (const setting of Object.values(group)) {
      const known = readers.get(setting.env);
      if (known === undefined) readers.set(setting.env, { setting, by: [process] });
      else known.by.push(process);
    }
  }
  const rows = [...readers.values()].map(({ setting: { env, unit, fallback, means }, by }) => {
    const standard = fallback === undefined ? "not set" : fallback === "" ? "empty" : `\`${fallback}\``;
    return `| \`${env}\` | ${by.join(", ")} | ${unit} | ${standard} | ${means} |`;
  });
  return ["| variable | read by | value | default | what it does |", "|---|---|---|---|---|", ...rows].join("\n");
}

function showValue(setting: Setting<unknown>, value: unknown): string {
  if (setting.secret === "value") return "[redacted]";
  if (setting.secret === "password") return redactUrl(String(value));
  return setting.unit === "duration" ? formatDuration(Number(value)) : String(value);
}

/** A URL with its password replaced by `***`. */
function redactUrl(text: string): string {
  return text.replace(/(:\/\/[^/@]*?:)[^/@]*@/, "$1***@");
}
