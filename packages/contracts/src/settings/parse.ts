import type { SettingGroup, SettingValues } from "./setting.js";

/** Every setting that could not be read, so that an operator fixes them in one round. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** One line each: the variable, what was expected, what was found (secrets left out). */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`${problems.length} setting(s) cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Reads a group of settings from the given environment. An empty variable counts as not given.
 * @throws SettingsError naming all the problems at once.
 */
export function parseSettings<G extends SettingGroup>(
  group: G,
  env: Readonly<Record<string, string | undefined>>,
): SettingValues<G> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, setting] of Object.entries(group)) {
    const text = env[setting.env]?.trim() || setting.fallback;
    if (text === undefined) continue;
    const result = setting.read.safeParse(text);
    if (result.success) values[key] = result.data;
    else if (setting.secret !== undefined) problems.push(`${setting.env}: ${withoutQuotes(result.error)}`);
    else problems.push(`${setting.env}: ${result.error.issues.map((issue) => issue.message).join("; ")}`);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return values as SettingValues<G>;
}

function withoutQuotes(error: { readonly issues: readonly { readonly message: string }[] }): string {
  return error.issues.map((issue) => issue.message.replace(/, found ".*$/s, "")).join("; ");
}
