import type {
  AttributesAnswer,
  AttributeValuesAnswer,
  ConsoleAnswer,
  CreateRuleRequest,
  DryRunAnswer,
  ReadyAnswer,
  ReplayAnswer,
  RuleAnswer,
  RuleVersionAnswer,
  ShardAnswer,
  TraceAnswer,
  UpdateRuleRequest,
  ValidateAnswer,
  ViolationAnswer,
} from "@betrace/contracts";
import { withQuery } from "../place.js";
import { call, send } from "./call.js";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** What a replay is asked for; times are RFC 3339. */
export interface ReplayWish {
  readonly start_time: string;
  readonly end_time: string;
  readonly emit?: boolean;
  readonly shard_seconds?: number;
}

/** Which violations a list holds, and in what order. */
export interface ViolationFilter {
  readonly rule_id?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: string | undefined;
  readonly order?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: string | undefined;
}

export type ReplayVerb = "cancel" | "pause" | "resume" | "retry";

const rulePath = (id: string) => `/v1/rules/${encodeURIComponent(id)}`;
const replayPath = (id: string) => `/v1/replays/${encodeURIComponent(id)}`;

/** The calls of the API that the console makes, by what they give. All reject with `CallError`. */
export const api = {
  console: (signal: AbortSignal) => call<ConsoleAnswer>("GET", "/v1/console", { signal }),

  /** Answers 503 with the same body where a part does not answer: both are an answer here. */
  ready: async (signal: AbortSignal): Promise<ReadyAnswer> => {
    const answer = await fetch("/ready", { signal, headers: { accept: "application/json" } });
    return (await answer.json()) as ReadyAnswer;
  },

  rules: (cursor: string | undefined, signal: AbortSignal) =>
    call<Page<RuleAnswer>>("GET", withQuery("/v1/rules", { cursor }), { signal }),
  rule: (id: string, signal: AbortSignal) => call<RuleAnswer>("GET", rulePath(id), { signal }),
  versions: (id: string, signal: AbortSignal) =>
    call<Page<RuleVersionAnswer>>("GET", `${rulePath(id)}/versions`, { signal }),
  createRule: (body: CreateRuleRequest) => call<RuleAnswer>("POST", "/v1/rules", { body }),
  updateRule: (id: string, body: UpdateRuleRequest) => call<RuleAnswer>("PUT", rulePath(id), { body }),
  deleteRule: (id: string) => call<void>("DELETE", rulePath(id)),
  validate: (dsl: string, signal: AbortSignal) =>
    call<ValidateAnswer>("POST", "/v1/rules/validate", { body: { dsl }, signal }),

  plan: (ruleId: string, wish: ReplayWish, signal: AbortSignal) =>
    call<DryRunAnswer>("POST", `${rulePath(ruleId)}/replay`, { body: { ...wish, dry_run: true }, signal }),
  startReplay: (ruleId: string, wish: ReplayWish) =>
    call<Pick<ReplayAnswer, "replay_id">>("POST", `${rulePath(ruleId)}/replay`, { body: wish }),
  replays: (filter: { readonly rule_id?: string; readonly cursor?: string }, signal: AbortSignal) =>
    call<Page<ReplayAnswer>>("GET", withQuery("/v1/replays", { ...filter, limit: "50" }), { signal }),
  steerReplay: (id: string, verb: ReplayVerb) => call<unknown>("POST", `${replayPath(id)}/${verb}`, { body: {} }),

  /** All shards of a replay, at most 10,000, a page at a time. */
  shards: async (id: string, signal: AbortSignal): Promise<readonly ShardAnswer[]> => {
    const all: ShardAnswer[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<ShardAnswer> = await call(
        "GET",
        withQuery(`${replayPath(id)}/shards`, { limit: "1000", cursor }),
        { signal },
      );
      all.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  },
  violationsOfReplay: (id: string, signal: AbortSignal) =>
    call<Page<ViolationAnswer>>("GET", withQuery(`${replayPath(id)}/violations`, { limit: "8" }), { signal }),
  violations: (filter: ViolationFilter, signal: AbortSignal) =>
    call<Page<ViolationAnswer>>("GET", withQuery("/v1/violations", { ...filter }), { signal }),

  attributes: (signal: AbortSignal) => call<AttributesAnswer>("GET", "/v1/attributes", { signal }),
  attributeValues: (scope: "span" | "resource", key: string) =>
    call<AttributeValuesAnswer>("GET", `/v1/attributes/${scope}/${encodeURIComponent(key)}/values`),
  trace: (id: string, signal: AbortSignal) =>
    call<TraceAnswer>("GET", `/v1/traces/${encodeURIComponent(id)}`, { signal }),

  /** Where the events of a replay can be heard. */
  eventsOf: (id: string) => `${replayPath(id)}/events`,
  /** A run of an unsaved rule as server-sent events; the body is unread. */
  tryRule: (body: unknown, signal: AbortSignal) =>
    send("POST", "/v1/rules/try", { body, signal, accept: "text/event-stream" }),
} as const;
