import {
  createRuleRequest,
  pageQuery,
  type RuleAnswer,
  ruleAnswer,
  ruleList,
  ruleVersionList,
  updateRuleRequest,
} from "@betrace/contracts";
import type { StoredRule } from "@betrace/replay";
import type { ApiDeps } from "../deps.js";
import { given } from "../given.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { namingKnownRules } from "./known-rules.js";
import { ruleToAnswer, ruleVersionToAnswer } from "./rule-answer.js";

/** Rules: make, read, change, remove, switch on and off. */
export function ruleRoutes({ rules, replays }: ApiDeps): readonly Route[] {
  const answerOf = async (rule: StoredRule) => ruleToAnswer(rule, await replays.newestOfRule(rule.id));
  return [
    route(
      {
        method: "post",
        path: "/v1/rules",
        name: "createRule",
        summary: "Make a rule. A text with errors is refused, with all of them, and leaves nothing behind.",
        body: createRuleRequest,
        answers: { 201: ruleAnswer },
        problems: ["rule_rejected", "rule_id_invalid", "rule_id_taken", "redis_unavailable"],
      },
      async ({ body, log }) => {
        const rule = await rules.create(given(body));
        log.info("rule made", { ruleId: rule.id, ruleVersion: rule.version });
        return { status: 201, body: await answerOf(rule), headers: { Location: `/v1/rules/${rule.id}` } };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/rules",
        name: "listRules",
        summary: "All rules in order of id, a page at a time.",
        query: pageQuery,
        answers: { 200: ruleList },
        problems: ["cursor_invalid", "redis_unavailable"],
      },
      async ({ query }) => {
        const page = await rules.list(query);
        const newest = await replays.newestOfRules(page.items.map(({ id }) => id));
        const items = page.items.map((rule) => ruleToAnswer(rule, newest.get(rule.id)));
        return { status: 200, body: { items, next_cursor: page.nextCursor ?? null } };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/rules/{id}",
        name: "getRule",
        summary: "One rule as it stands now.",
        answers: { 200: ruleAnswer },
        problems: ["rule_not_found", "redis_unavailable"],
      },
      async ({ params: { id = "" } }) => {
        const rule = await namingKnownRules(rules, [id], () => rules.get(id));
        return { status: 200, body: await answerOf(rule) };
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/rules/{id}",
        name: "updateRule",
        summary: "Change a rule. What is left out keeps its value; running replays keep the version they began with.",
        body: updateRuleRequest,
        answers: { 200: ruleAnswer },
        problems: ["rule_rejected", "rule_not_found", "redis_unavailable"],
      },
      async ({ params: { id = "" }, body: { id: sameId, ...change }, log }) => {
        if (sameId !== undefined && sameId !== id) {
          throw new ProblemError("invalid_request", `id: expected "${id}" as in the address, found "${sameId}"`);
        }
        const rule = await namingKnownRules(rules, [id], () => rules.update(id, given(change)));
        log.info("rule changed", { ruleId: rule.id, ruleVersion: rule.version });
        return { status: 200, body: await answerOf(rule) };
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/rules/{id}",
        name: "deleteRule",
        summary: "Remove a rule. Its versions, replays and violations stay.",
        answers: { 204: undefined },
        problems: ["rule_not_found", "redis_unavailable"],
      },
      async ({ params: { id = "" }, log }) => {
        await namingKnownRules(rules, [id], () => rules.delete(id));
        log.info("rule removed", { ruleId: id });
        return { status: 204 };
      },
    ),
    setEnabledRoute(rules, true, answerOf),
    setEnabledRoute(rules, false, answerOf),
    route(
      {
        method: "get",
        path: "/v1/rules/{id}/versions",
        name: "listRuleVersions",
        summary: "Every version of a rule, newest first; also of a removed rule.",
        answers: { 200: ruleVersionList },
        problems: ["rule_not_found", "redis_unavailable"],
      },
      async ({ params: { id = "" } }) => {
        const versions = await namingKnownRules(rules, [id], () => rules.versions(id));
        return { status: 200, body: { items: versions.map(ruleVersionToAnswer), next_cursor: null } };
      },
    ),
  ];
}

function setEnabledRoute(
  rules: ApiDeps["rules"],
  enabled: boolean,
  answerOf: (rule: StoredRule) => Promise<RuleAnswer>,
): Route {
  const verb = enabled ? "enable" : "disable";
  return route(
    {
      method: "post",
      path: `/v1/rules/{id}/${verb}`,
      name: `${verb}Rule`,
      summary: enabled ? "Let a rule take replays again." : "Take no new replays of a rule; running ones go on.",
      answers: { 200: ruleAnswer },
      problems: ["rule_not_found", "redis_unavailable"],
    },
    async ({ params: { id = "" } }) => {
      const rule = await namingKnownRules(rules, [id], () => rules.setEnabled(id, enabled));
      return { status: 200, body: await answerOf(rule) };
    },
  );
}
