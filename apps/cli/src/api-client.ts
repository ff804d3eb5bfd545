import { setTimeout as sleep } from "node:timers/promises";
import {
  type CreateRuleRequest,
  type Problem,
  problem,
  type ReplayAnswer,
  replayAnswer,
  type RuleAnswer,
  ruleAnswer,
  ruleList,
  type ViolationAnswer,
  violationList,
} from "@betrace/contracts";
import { CommandError, EXIT } from "./exit-codes.js";

/** An answer of the API that is not what was asked for; the message is the problem's own words. */
export class ApiError extends CommandError {
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
    message: string,
  ) {
    super(status >= 500 ? EXIT.unreachable : EXIT.usage, message);
  }
}

/** What a replay is asked for; times are RFC 3339. */
export interface ReplayOrder {
  readonly start_time: string;
  readonly end_time: string;
  readonly emit?: boolean;
}

/** Which violations; times are RFC 3339. */
export interface ViolationFilter {
  readonly rule_id?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: string | undefined;
  readonly order?: string | undefined;
}

/** The calls of the REST API that the command line makes. Each throws {@link CommandError}: exit code 5 where nobody answers. */
export interface ApiClient {
  readonly url: string;
  rules(): AsyncGenerator<RuleAnswer>;
  rule(id: string): Promise<RuleAnswer>;
  /** Undefined if there is none. */
  ruleIfAny(id: string): Promise<RuleAnswer | undefined>;
  createRule(rule: CreateRuleRequest): Promise<RuleAnswer>;
  /** Creates the rule; where its id is taken the standing rule is left as it is. */
  ensureRule(rule: CreateRuleRequest): Promise<void>;
  changeRule(rule: CreateRuleRequest & { readonly id: string }): Promise<RuleAnswer>;
  deleteRule(id: string): Promise<void>;
  startReplay(ruleId: string, order: ReplayOrder): Promise<ReplayAnswer>;
  /** Of a rule that the server does not keep. */
  startUnsaved(
    rule: Pick<CreateRuleRequest, "dsl" | "name" | "severity" | "annotations">,
    order: ReplayOrder,
  ): Promise<ReplayAnswer>;
  replay(replayId: string): Promise<ReplayAnswer>;
  /** The newest replay of a rule. */
  newestReplay(ruleId: string): Promise<ReplayAnswer>;
  steer(verb: "cancel" | "pause" | "resume" | "retry", replayId: string): Promise<ReplayAnswer>;
  /** One page after the other, as they are asked for. */
  violations(filter: ViolationFilter): AsyncGenerator<ViolationAnswer>;
}

const PAGE = 500;

/** How long a request may take, its whole answer included, unless `--timeout` says otherwise. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** How long a client waits in all, per request, for a server whose rate limit is reached; its window is a minute. */
const MAX_WAIT_MS = 120_000;

/** What a client of the API can be told. */
export interface ApiClientOptions {
  /** How long each request may take, milliseconds. Default {@link REQUEST_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Ends the request that is under way, and all that follow, with its reason. */
  readonly signal?: AbortSignal;
  /** Told how long the client waits, milliseconds, because the server's rate limit is reached. */
  readonly onWait?: (ms: number) => void;
}

/** An answer before it is read. */
interface Answered {
  readonly status: number;
  readonly text: string;
  /** After how many seconds to ask again; undefined if the answer does not say. */
  readonly retryAfter: number | undefined;
}

/** @param baseUrl Where the API answers, e.g. `http://127.0.0.1:8080`. */
export function createApiClient(baseUrl: string, options: ApiClientOptions = {}): ApiClient {
  const url = baseUrl.replace(/\/+$/, "");
  const { timeoutMs = REQUEST_TIMEOUT_MS, signal, onWait } = options;

  /** As {@link ask}, again and again while the server's rate limit is reached. */
  async function send(method: string, path: string, body?: unknown): Promise<Answered> {
    for (let waitedMs = 0; ; ) {
      const answer = await ask(method, path, body);
      if (codeOf(answer) !== "rate_limited" || answer.retryAfter === undefined) return answer;
      const waitMs = Math.max(1, answer.retryAfter) * 1_000;
      waitedMs += waitMs;
      if (waitedMs > MAX_WAIT_MS) return answer;
      onWait?.(waitMs);
      await sleep(waitMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Answered> {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      const retryAfter = /^\d{1,6}$/.exec(answer.headers.get("retry-after") ?? "")?.[0];
      return {
        status: answer.status,
        text: await answer.text(),
        retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) {
        throw new CommandError(
          EXIT.unreachable,
          `${url} did not answer ${method} ${path.split("?")[0]} in full within ${timeoutMs / 1_000} s. Ask ${url}/ready what is wrong there; --timeout gives it longer, e.g. --timeout 2m.`,
        );
      }
      throw new CommandError(
        EXIT.unreachable,
        `no BeTrace API answers at ${url} (${causeOf(error)}). Is it running? \`betrace up\` starts one; --server or BETRACE_URL says where it is.`,
      );
    }
  }

  async function call<T>(method: string, path: string, schema: Schema<T>, body?: unknown): Promise<T> {
    const { status, text } = await send(method, path, body);
    const json = parseOr(text, undefined);
    if (status >= 200 && status < 300) {
      const read = schema.safeParse(json);
      if (read.success) return read.data;
      throw new CommandError(
        EXIT.unreachable,
        `${url} does not answer as BeTrace's API of this version does (${method} ${path}); is it another server, or another version?`,
      );
    }
    const told = problem.safeParse(json);
    if (told.success) throw new ApiError(status, told.data, told.data.detail);
    throw new ApiError(status, undefined, `${method} ${url}${path} answered ${status}: ${text.slice(0, 300)}`);
  }

  async function* pages<T>(path: string, query: URLSearchParams, schema: Schema<PageOf<T>>): AsyncGenerator<T> {
    query.set("limit", String(PAGE));
    for (;;) {
      const { items, next_cursor } = await call("GET", `${path}?${query}`, schema);
      yield* items;
      if (next_cursor === null) return;
      query.set("cursor", next_cursor);
    }
  }

  const rulePath = (id: string) => `/v1/rules/${inPath(id, "a rule")}`;
  const replayPath = (id: string) => `/v1/replays/${inPath(id, "a replay")}`;
  return {
    url,
    rules: () => pages("/v1/rules", new URLSearchParams(), ruleList),
    rule: (id) => call("GET", rulePath(id), ruleAnswer),
    ruleIfAny: (id) => call("GET", rulePath(id), ruleAnswer).catch(undefinedFor("rule_not_found")),
    createRule: (rule) => call("POST", "/v1/rules", ruleAnswer, rule),
    async ensureRule(rule) {
      await call("POST", "/v1/rules", ruleAnswer, rule).catch(undefinedFor("rule_id_taken"));
    },
    changeRule: (rule) => call("PUT", rulePath(rule.id), ruleAnswer, rule),
    async deleteRule(id) {
      const { status, text } = await send("DELETE", rulePath(id));
      if (status === 204) return;
      const told = problem.safeParse(parseOr(text, undefined));
      throw new ApiError(status, told.data, told.data?.detail ?? `DELETE ${rulePath(id)} answered ${status}`);
    },
    startReplay: (ruleId, order) => call("POST", `${rulePath(ruleId)}/replay`, replayAnswer, order),
    startUnsaved: ({ dsl, name, severity, annotations }, order) =>
      call("POST", "/v1/replays", replayAnswer, { dsl, name, severity, annotations, ...order }),
    replay: (id) => call("GET", replayPath(id), replayAnswer),
    newestReplay: (ruleId) => call("GET", `${rulePath(ruleId)}/replay/status`, replayAnswer),
    steer: (verb, id) => call("POST", `${replayPath(id)}/${verb}`, replayAnswer),
    violations(filter) {
      const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return pages("/v1/violations", new URLSearchParams(given), violationList);
    },
  };
}

/** What reads an answer. */
interface Schema<T> {
  safeParse(json: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

interface PageOf<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

function undefinedFor(code: Problem["code"]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ApiError && error.problem?.code === code) return undefined;
    throw error;
  };
}

/** An id as a part of a path. An empty one, as a variable that is not set gives it, would ask for all; `..` for something else. */
function inPath(id: string, what: string): string {
  if (!/^\.{0,2}$/.test(id)) return encodeURIComponent(id);
  throw new CommandError(EXIT.usage, `expected the id of ${what}, found ${id === "" ? "an empty text" : id}`);
}

function codeOf({ status, text }: Answered): Problem["code"] | undefined {
  return status < 400 ? undefined : problem.safeParse(parseOr(text, undefined)).data?.code;
}

/** `fetch` says "fetch failed"; what happened stands in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError) return causeOf(cause.errors[0]);
  return cause instanceof Error ? cause.message || String("code" in cause ? cause.code : cause.name) : String(cause);
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
