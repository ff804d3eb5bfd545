import type { Problem } from "@betrace/contracts";

/** A call that was not answered as hoped. The message is a sentence for a person. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** @param problem What the API said of it; undefined if no answer of the API came. */
  constructor(
    message: string,
    readonly problem: Problem | undefined,
  ) {
    super(message);
  }
}

/** JSON of one call of the API. Rejects with {@link CallError}, or with the signal's own reason. */
export async function call<T>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  options: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const answer = await send(method, path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** The answer of one call, its body unread, once its status says that all is well. */
export async function send(
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly signal?: AbortSignal; readonly accept?: string } = {},
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        accept: options.accept ?? "application/json",
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new CallError("BeTrace cannot be reached. Is the process still running?", undefined);
  }
  if (answer.ok) return answer;
  const problem = await readProblem(answer);
  throw new CallError(problem?.detail ?? `The answer was ${answer.status} ${answer.statusText}.`, problem);
}

async function readProblem(answer: Response): Promise<Problem | undefined> {
  if (answer.headers.get("content-type")?.includes("json") !== true) return undefined;
  try {
    return (await answer.json()) as Problem;
  } catch {
    return undefined;
  }
}
