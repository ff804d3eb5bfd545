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

/** The settings as the Markdown table of the operating guide; a test holds the guide to it. */
export function settingsTable(group: SettingGroup): string {
  const rows = Object.values(group).map(
    ({ env, unit, fallback, means }) =>
      `| \`${env}\` | ${unit} | ${fallback === undefined ? "not set" : `\`${fallback}\``} | ${means} |`,
  );
  return ["| variable | unit | default | what it does |", "|---|---|---|---|", ...rows].join("\n");
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
