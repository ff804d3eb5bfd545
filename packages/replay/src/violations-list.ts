import { lexicalNs } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { violationFromJson } from "./ledger/violation-json.js";
import { LIMITS } from "./limits.js";
import { encodeCursor, type LexRange, pageOfMembers, pageSize } from "./page.js";
import { answersOf } from "./pipeline.js";
import type { StoredViolation, ViolationQuery } from "./replays.js";
import type { Page, PageRequest } from "./rules/rule.js";

/**
 * Stored violations of all replays, each once however many replays found it. A filter looks at no more than
 * {@link LIMITS.maxFilteredViolations} of them for one page, which may be short therefore, or empty, and still go on.
 */
export async function listViolations(ledger: LedgerContext, query: ViolationQuery): Promise<Page<StoredViolation>> {
  const { ruleId, service, severity, startNs, endNs, order } = query;
  const range: LexRange = {
    key: ruleId === undefined ? ledger.keys.violations : ledger.keys.ruleViolations(ruleId),
    order: order === "oldest" ? "forward" : "backward",
    from: startNs === undefined ? undefined : lexicalNs(startNs),
    to: endNs === undefined ? undefined : lexicalNs(endNs),
  };
  if (service === undefined && severity === undefined) return pageOf(ledger, range, query);
  const size = pageSize(query.limit);
  const items: StoredViolation[] = [];
  let cursor = query.cursor;
  for (let seen = 0; seen < LIMITS.maxFilteredViolations; seen += LIMITS.maxPageSize) {
    const page = await pageOf(ledger, range, { limit: LIMITS.maxPageSize, cursor });
    for (const violation of page.items) {
      if (service !== undefined && violation.service !== service) continue;
      if (severity !== undefined && violation.severity !== severity) continue;
      items.push(violation);
      if (items.length === size) {
        const isLast = violation === page.items.at(-1) && page.nextCursor === undefined;
        return { items, nextCursor: isLast ? undefined : encodeCursor(memberOf(violation)) };
      }
    }
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return { items, nextCursor: cursor };
}

const memberOf = ({ id, startNs }: StoredViolation): string => `${lexicalNs(startNs)}:${id}`;

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
  const reads = redis.pipeline();
  for (const id of ids) reads.hget(keys.violation(id), "json");
  const records = await answersOf<string | null>(reads);
  const violations = ids.flatMap((id, index) => {
    const json = records[index];
    // Retention may have taken the record between the two reads.
    return json ? [{ id, ...violationFromJson(json) }] : [];
  });
  return { items: violations, nextCursor };
}
