import { type Problem, problem, type ReplayAnswer, replayAnswer } from "@betrace/contracts";

/** An answer of the API that is not what was asked for; the message is the problem's own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** The calls of the REST API that the command line makes. */
export interface ApiClient {
  /** Creates the rule; where its id is taken the standing rule is left as it is. */
  ensureRule(rule: Readonly<Record<string, unknown>> & { readonly id: string }): Promise<void>;
  /** @returns the replay's id. Times are RFC 3339. */
  startReplay(ruleId: string, startTime: string, endTime: string): Promise<string>;
  replay(replayId: string): Promise<ReplayAnswer>;
}

/** @param baseUrl Where the API answers, e.g. `http://127.0.0.1:8080`. */
export function createApiClient(baseUrl: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text);
    const told = problem.safeParse(parseOr(text, undefined));
    const message = told.success ? `${told.data.title}: ${told.data.detail}` : text.slice(0, 300);
    throw new ApiError(answer.status, told.data, `${method} ${path} answered ${answer.status}. ${message}`);
  };
  return {
    ensureRule: async (rule) => {
      await call("POST", "/v1/rules", rule).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
      });
    },
    startReplay: async (ruleId, startTime, endTime) => {
      const accepted = await call("POST", `/v1/rules/${encodeURIComponent(ruleId)}/replay`, {
        start_time: startTime,
        end_time: endTime,
      });
      return replayAnswer.pick({ replay_id: true }).parse(accepted).replay_id;
    },
    replay: async (replayId) => replayAnswer.parse(await call("GET", `/v1/replays/${replayId}`)),
  };
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
