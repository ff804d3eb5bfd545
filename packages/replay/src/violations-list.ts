import { lexicalNs } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { violationFromJson } from "./ledger/violation-json.js";
import { type LexRange, pageOfMembers } from "./page.js";
import type { StoredViolation, ViolationQuery } from "./replays.js";
import type { Page, PageRequest } from "./rules/rule.js";

/** Stored violations of all replays, newest first, each once however many replays found it. */
export function listViolations(ledger: LedgerContext, query: ViolationQuery): Promise<Page<StoredViolation>> {
  const { ruleId, startNs, endNs } = query;
  const range: LexRange = {
    key: ruleId === undefined ? ledger.keys.violations : ledger.keys.ruleViolations(ruleId),
    order: "backward",
    from: startNs === undefined ? undefined : lexicalNs(startNs),
    to: endNs === undefined ? undefined : lexicalNs(endNs),
  };
  return pageOf(ledger, range, query);
}

/** Those listed under one replay, newest first, as found by it. */
export async function listReplayViolations(
  ledger: LedgerContext,
  replayId: string,
  request: PageRequest,
): Promise<Page<StoredViolation>> {
  const range: LexRange = { key: ledger.keys.replayViolations(replayId), order: "backward" };
  const { items, nextCursor } = await pageOf(ledger, range, request);
  return { items: items.map((violation) => ({ ...violation, replayId })), nextCursor };
}

async function pageOf({ redis, keys }: LedgerContext, range: LexRange, request: PageRequest) {
  const { items, nextCursor } = await pageOfMembers(redis, range, request);
  const ids = items.map((member) => member.slice(member.indexOf(":") + 1));
  const records = await Promise.all(ids.map((id) => redis.hget(keys.violation(id), "json")));
  const violations = ids.flatMap((id, index) => {
    const json = records[index];
    // Retention may have taken the record between the two reads.
    return json ? [{ id, ...violationFromJson(json) }] : [];
  });
  return { items: violations, nextCursor };
}
