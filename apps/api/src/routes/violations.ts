import { violationList, violationQuery } from "@betrace/contracts";
import type { ApiDeps } from "../deps.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { violationToAnswer } from "./replay-answer.js";

/** Violations over all replays. */
export function violationRoutes({ replays }: ApiDeps): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/violations",
        name: "listViolations",
        summary:
          "Stored violations by when they happened, newest first unless told. However many replays found one, it stands once.",
        query: violationQuery,
        answers: { 200: violationList },
        problems: ["range_invalid", "cursor_invalid", "redis_unavailable"],
      },
      async ({ query: { rule_id, start, end, ...rest } }) => {
        if (start !== undefined && end !== undefined && start >= end) {
          throw new ProblemError("range_invalid", "start must lie before end", {
            errors: [{ path: "start", code: "not_before_end", message: "must lie before end" }],
          });
        }
        const { items, nextCursor } = await replays.violations({
          ...rest,
          ruleId: rule_id,
          startNs: start,
          endNs: end,
        });
        return { status: 200, body: { items: items.map(violationToAnswer), next_cursor: nextCursor ?? null } };
      },
    ),
  ];
}
