import { API_USER_LIMITS, apiSettings } from "@betrace/api";
import { FILE_USER_LIMITS } from "@betrace/cli";
import { settingsTable, userLimitsTable } from "@betrace/contracts";
import { RULE_USER_LIMITS } from "@betrace/dsl";
import { REPLAY_USER_LIMITS } from "@betrace/replay";
import { TEMPO_USER_LIMITS } from "@betrace/tempo";
import { TRACE_STORE_USER_LIMITS } from "@betrace/tempo-lite";
import { workerSettings } from "@betrace/worker";

const TABLES: Readonly<Record<string, () => string>> = {
  settings: () => settingsTable({ api: apiSettings, worker: workerSettings }),
  limits: () =>
    userLimitsTable([
      ...RULE_USER_LIMITS,
      ...REPLAY_USER_LIMITS,
      ...API_USER_LIMITS,
      ...TEMPO_USER_LIMITS,
      ...FILE_USER_LIMITS,
      ...TRACE_STORE_USER_LIMITS,
    ]),
};

/**
 * The operating guide with the tables that the code knows better, each between `<!-- name … -->` and `<!-- /name -->`.
 * @throws Error if the guide lacks the place of one.
 */
export function withTables(guide: string): string {
  let page = guide;
  for (const [name, table] of Object.entries(TABLES)) {
    const place = new RegExp(`(<!-- ${name}\\b.*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(page)) throw new Error(`docs/operating.md has no place for the table of ${name}`);
    page = page.replace(place, (_, before: string, after: string) => `${before}\n${table()}\n\n${after}`);
  }
  return page;
}
