import { violationList, violationQuery } from "@betrace/contracts";
import type { ApiDeps } from "../deps.js";
import { type Route, route } from "../http/route.js";
import { checkOrder, QUERY_NAMES } from "./replay-range.js";
import { checkRuleKnown } from "./known-rules.js";
import { violationToAnswer } from "./replay-answer.js";

/** Violations over all replays. */
export function violationRoutes({ rules, replays }: ApiDeps): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/violations",
        name: "listViolations",
        summary:
          "Stored violations by when they happened, newest first by default. However many replays found one, it stands once.",
        query: violationQuery,
        answers: { 200: violationList },
        problems: ["rule_not_found", "range_invalid", "cursor_invalid", "redis_unavailable"],
      },
      async ({ query: { rule_id, start, end, ...rest } }) => {
        if (start !== undefined && end !== undefined) checkOrder(start, end, QUERY_NAMES);
        const { items, nextCursor } = await replays.violations({
          ...rest,
          ruleId: rule_id,
          startNs: start,
          endNs: end,
        });
        if (rule_id !== undefined && items.length === 0 && nextCursor === undefined) {
          await checkRuleKnown({ rules, replays }, rule_id);
        }
        return { status: 200, body: { items: items.map(violationToAnswer), next_cursor: nextCursor ?? null } };
      },
    ),
  ];
}
