import { type ReplayAnswer, replayAnswer } from "@betrace/contracts";

/** Sends a request as a person's `curl -d` does: a body without a JSON Content-Type. */
export async function curl(
  url: string,
  options: { readonly method?: string; readonly data?: string } = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method: options.method ?? (options.data === undefined ? "GET" : "POST"),
    ...(options.data === undefined
      ? {}
      : { body: options.data, headers: { "content-type": "application/x-www-form-urlencoded" } }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/**
 * Polls until the replay is over.
 * @throws Error when it is not over after `limitMs`.
 */
export async function untilOver(apiUrl: string, replayId: string, limitMs: number): Promise<ReplayAnswer> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const { status, body } = await curl(`${apiUrl}/v1/replays/${replayId}`);
    if (status !== 200) throw new Error(`the status of the replay answered ${status}: ${JSON.stringify(body)}`);
    const replay = replayAnswer.parse(body);
    if (replay.status !== "queued" && replay.status !== "running") return replay;
    if (Date.now() > giveUpAt) throw new Error(`the replay is not over after ${limitMs} ms: ${JSON.stringify(replay)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ids of the violation spans of one rule that a search finds between two Unix seconds. */
export async function violationSpanIds(
  tempoUrl: string,
  ruleId: string,
  startSeconds: number,
  endSeconds: number,
): Promise<string[]> {
  const q = encodeURIComponent(`{ span.betrace.violation.rule_id = "${ruleId}" }`);
  const { status, body } = await curl(
    `${tempoUrl}/api/search?q=${q}&start=${startSeconds}&end=${endSeconds}&limit=100000&spss=100`,
  );
  if (status !== 200) throw new Error(`the search for violations answered ${status}: ${JSON.stringify(body)}`);
  const traces = (body.traces ?? []) as { spanSets?: { spans: { spanID: string }[] }[] }[];
  return traces.flatMap((trace) => (trace.spanSets ?? []).flatMap((set) => set.spans.map((span) => span.spanID)));
}

/** Polls until `read` gives what `accept` takes; returns the last value either way. */
export async function eventually<T>(
  read: () => Promise<T>,
  accept: (value: T) => boolean,
  limitMs: number,
): Promise<T> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (accept(value) || Date.now() > giveUpAt) return value;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
