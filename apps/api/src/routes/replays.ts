import {
  createReplayRequest,
  dryRunAnswer,
  type ProblemCode,
  pageQuery,
  replayAnswer,
  replayList,
  replayListQuery,
  replayRuleRequest,
  shardList,
  violationList,
} from "@betrace/contracts";
import type { ReplayRequest, RuleSelection } from "@betrace/replay";
import type { z } from "zod";
import type { ApiDeps } from "../deps.js";
import { given } from "../given.js";
import { ProblemError } from "../http/problem-error.js";
import { type Answer, type Ask, type Route, route } from "../http/route.js";
import { dryRun } from "./dry-run.js";
import { checkRuleKnown, namingKnownRules } from "./known-rules.js";
import { replayToAnswer, shardToAnswer, violationToAnswer } from "./replay-answer.js";
import { checkRange } from "./replay-range.js";

const SUBMIT_PROBLEMS: readonly ProblemCode[] = [
  "rule_not_found",
  "rule_disabled",
  "no_rules",
  "too_many_rules",
  "range_invalid",
  "range_too_long",
  "shard_length_invalid",
  "too_many_shards",
  "too_many_replays",
  "idempotency_conflict",
  "redis_unavailable",
];
const READ_PROBLEMS: readonly ProblemCode[] = ["replay_not_found", "redis_unavailable"];
const PAGE_PROBLEMS: readonly ProblemCode[] = [...READ_PROBLEMS, "cursor_invalid"];

/** Replays: ask for one, follow it, stop it, read what it found. */
export function replayRoutes(deps: ApiDeps): readonly Route[] {
  const { replays } = deps;
  return [
    route(
      {
        method: "post",
        path: "/v1/rules/{id}/replay",
        name: "replayRule",
        summary: "Replay one rule over a range. 202: it was accepted and will end. 200: the plan of a dry run.",
        body: replayRuleRequest,
        answers: { 202: replayAnswer, 200: dryRunAnswer },
        problems: SUBMIT_PROBLEMS,
      },
      (ask) => submit(deps, ask, { kind: "stored", ruleIds: [ask.params.id ?? ""] }),
    ),
    route(
      {
        method: "get",
        path: "/v1/rules/{id}/replay/status",
        name: "ruleReplayStatus",
        summary: "Where the newest replay of this rule stands.",
        answers: { 200: replayAnswer },
        problems: ["rule_not_found", ...READ_PROBLEMS],
      },
      async ({ params: { id = "" } }) => {
        const status = await replays.newestOfRule(id);
        if (status !== undefined) return { status: 200, body: replayToAnswer(status, id) };
        await namingKnownRules(deps.rules, [id], () => deps.rules.get(id));
        throw new ProblemError(
          "replay_not_found",
          `rule ${id} was never replayed; POST /v1/rules/${id}/replay does it`,
        );
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/replays",
        name: "createReplay",
        summary: "Replay several rules, or one text that was not saved, in one pass over the traces.",
        body: createReplayRequest,
        answers: { 202: replayAnswer, 200: dryRunAnswer },
        problems: ["rule_rejected", ...SUBMIT_PROBLEMS],
      },
      (ask) => submit(deps, ask, selectionOf(ask.body)),
    ),
    route(
      {
        method: "get",
        path: "/v1/replays",
        name: "listReplays",
        summary: "Replays, newest first; of one rule with `rule_id`.",
        query: replayListQuery,
        answers: { 200: replayList },
        problems: ["rule_not_found", "cursor_invalid", "redis_unavailable"],
      },
      async ({ query: { rule_id, ...page } }) => {
        const { items, nextCursor } = await replays.list({ ...page, ruleId: rule_id });
        if (rule_id !== undefined && items.length === 0 && nextCursor === undefined)
          await checkRuleKnown(deps, rule_id);
        const body = { items: items.map((one) => replayToAnswer(one, rule_id)), next_cursor: nextCursor ?? null };
        return { status: 200, body };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/replays/{id}",
        name: "getReplay",
        summary: "Where one replay stands. Costs the same however many shards it has.",
        answers: { 200: replayAnswer },
        problems: READ_PROBLEMS,
      },
      async ({ params: { id = "" } }) => ({ status: 200, body: replayToAnswer(await replays.status(id)) }),
    ),
    route(
      {
        method: "post",
        path: "/v1/replays/{id}/cancel",
        name: "cancelReplay",
        summary:
          "Stop a replay: nothing new starts, running shards stop within two seconds. One that has ended stays as it is.",
        answers: { 200: replayAnswer },
        problems: READ_PROBLEMS,
      },
      async ({ params: { id = "" }, log }) => {
        const status = await replays.cancel(id);
        log.info("cancel asked", { replayId: id, status: status.state });
        return { status: 200, body: replayToAnswer(status) };
      },
    ),
    steerRoute(deps, {
      verb: "pause",
      summary: "Let running shards finish and start no other. Again on a paused replay changes nothing.",
      problems: ["replay_not_pausable"],
    }),
    steerRoute(deps, { verb: "resume", summary: "Go on with a paused replay.", problems: ["replay_not_resumable"] }),
    steerRoute(deps, {
      verb: "retry",
      summary:
        "Read again what could not be read: failed shards and incomplete windows only. What was counted stays counted, once.",
      problems: ["replay_not_retryable", "too_many_replays"],
    }),
    route(
      {
        method: "get",
        path: "/v1/replays/{id}/shards",
        name: "listShards",
        summary: "The windows of a replay in order of time.",
        query: pageQuery,
        answers: { 200: shardList },
        problems: PAGE_PROBLEMS,
      },
      async ({ params: { id = "" }, query }) => {
        const { items, nextCursor } = await replays.shards(id, query);
        return { status: 200, body: { items: items.map(shardToAnswer), next_cursor: nextCursor ?? null } };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/replays/{id}/violations",
        name: "listReplayViolations",
        summary: "What one replay found, newest first.",
        query: pageQuery,
        answers: { 200: violationList },
        problems: PAGE_PROBLEMS,
      },
      async ({ params: { id = "" }, query }) => {
        const { items, nextCursor } = await replays.replayViolations(id, query);
        return { status: 200, body: { items: items.map(violationToAnswer), next_cursor: nextCursor ?? null } };
      },
    ),
  ];
}

function steerRoute(
  { replays }: ApiDeps,
  {
    verb,
    summary,
    problems,
  }: {
    readonly verb: "pause" | "resume" | "retry";
    readonly summary: string;
    readonly problems: readonly ProblemCode[];
  },
): Route {
  return route(
    {
      method: "post",
      path: `/v1/replays/{id}/${verb}`,
      name: `${verb}Replay`,
      summary,
      answers: { 200: replayAnswer },
      problems: [...problems, ...READ_PROBLEMS],
    },
    async ({ params: { id = "" }, log }) => {
      const status = await replays[verb](id);
      log.info(`${verb} asked`, { replayId: id, status: status.state });
      return { status: 200, body: replayToAnswer(status) };
    },
  );
}

type Submission = z.output<typeof replayRuleRequest>;

async function submit(deps: ApiDeps, ask: Ask<Submission, unknown>, rules: RuleSelection): Promise<Answer> {
  const { body, log } = ask;
  checkRange(body.start_time, body.end_time, deps.clock.nowNs());
  const wanted = rules.kind === "stored" ? rules.ruleIds : [];
  const request: ReplayRequest = {
    rules,
    startNs: body.start_time,
    endNs: body.end_time,
    ...given({
      emit: body.emit,
      idempotencyKey: body.idempotency_key,
      shardSeconds: body.shard_seconds ?? deps.shardSeconds,
    }),
  };
  if (body.dry_run === true) {
    const plan = await namingKnownRules(deps.rules, wanted, () => deps.replays.plan(request));
    return { status: 200, body: await dryRun(deps, plan) };
  }
  const { created, status } = await namingKnownRules(deps.rules, wanted, () => deps.replays.submit(request));
  log.info(created ? "replay accepted" : "replay known by its idempotency key", {
    replayId: status.replayId,
    ruleIds: status.rules.map((rule) => rule.ruleId),
    shards: status.shards.total,
  });
  return {
    status: 202,
    body: replayToAnswer(status),
    headers: { Location: `/v1/replays/${status.replayId}`, ...(!created && { "Idempotency-Replayed": "true" }) },
  };
}

function selectionOf(body: z.output<typeof createReplayRequest>): RuleSelection {
  if (body.dsl === undefined) return { kind: "stored", ruleIds: [...new Set(body.rule_ids ?? [])] };
  const { name, severity, annotations } = body;
  return { kind: "unsaved", dsl: body.dsl, ...given({ name, severity, annotations }) };
}
