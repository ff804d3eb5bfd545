import { formatTimestamp, type TryAnswer, type TryProgressAnswer, tryAnswer, tryRequest } from "@betrace/contracts";
import { readyToTry, tempoSource, type TryProgress, type TryRequest, type TryResult, tryRule } from "@betrace/replay";
import type { ApiDeps } from "../deps.js";
import { createEventStream, EVENT_STREAM_TYPE } from "../events/event-stream.js";
import { ProblemError, problemBody, toProblemError } from "../http/problem-error.js";
import { type Answer, type Ask, type Route, route } from "../http/route.js";
import { LIMITS } from "../limits.js";
import { violationToAnswer } from "./replay-answer.js";
import { checkRange } from "./replay-range.js";

const DEFAULT_MATCHES = 50;

/** Running a rule that is not saved, over a short range, to see what it finds. */
export function tryRoutes({ tempo, clock }: Pick<ApiDeps, "tempo" | "clock">): readonly Route[] {
  const parts = { source: tempoSource(tempo), clock };
  let running = 0;

  /** Counts itself while it runs; one too many is refused before anything is asked of Tempo. */
  function begin(): () => void {
    if (running >= LIMITS.maxTries) {
      const detail = `${running} rules are being tried in this process already; try again in a moment`;
      throw new ProblemError("too_many_tries", detail, { headers: { "Retry-After": "2" } });
    }
    running += 1;
    return () => {
      running -= 1;
    };
  }

  return [
    route(
      {
        method: "post",
        path: "/v1/rules/try",
        name: "tryRule",
        summary:
          "Run a text over a short range; nothing is stored or emitted. The newest part is read first. Asked for as `text/event-stream` it sends `progress`, `match` (a violation) and `end` (the whole answer).",
        body: tryRequest,
        answers: { 200: tryAnswer },
        alsoAs: ["text/event-stream"],
        problems: ["rule_rejected", "range_invalid", "range_too_long", "too_many_tries"],
      },
      async (ask) => {
        const { dsl, start_time: startNs, end_time: endNs, limit: maxMatches = DEFAULT_MATCHES } = ask.body;
        checkRange(startNs, endNs, clock.nowNs());
        checkLength(startNs, endNs);
        const request = {
          rules: readyToTry(dsl),
          startNs,
          endNs,
          maxMatches,
          budgetMs: LIMITS.tryMs,
          signal: ask.signal,
        };
        const end = begin();
        if (ask.accepted === "text/event-stream")
          return streamed((more) => tryRule(parts, { ...request, ...more }).finally(end), request, ask);
        const result = await tryRule(parts, request).finally(end);
        return { status: 200, body: resultToAnswer(request, result) };
      },
    ),
  ];
}

type Range = Pick<TryRequest, "startNs" | "endNs">;
type Told = Required<Pick<TryRequest, "onProgress" | "onMatch">>;

function streamed(run: (told: Told) => Promise<TryResult>, range: Range, ask: Ask<unknown, unknown>): Answer {
  return {
    status: 200,
    headers: { "X-Accel-Buffering": "no" },
    stream: {
      type: EVENT_STREAM_TYPE,
      pipe(to) {
        const stream = createEventStream(to, {
          heartbeatMs: LIMITS.eventHeartbeatMs,
          maxBacklogBytes: LIMITS.maxStreamBacklogBytes,
          reconnectMs: 2_000,
        });
        const send = (event: string, data: unknown) => stream.send(event, JSON.stringify(data));
        run({
          onProgress: (progress) => send("progress", progressToAnswer(progress)),
          onMatch: (match) => send("match", violationToAnswer(match)),
        })
          .then((result) => send("end", resultToAnswer(range, result)))
          .catch((error: unknown) => {
            if (ask.signal.aborted) return;
            ask.log.error("a rule could not be tried", { error });
            send("problem", problemBody(toProblemError(error), ask.requestId));
          })
          .finally(() => stream.end());
      },
    },
  };
}

function checkLength(startNs: bigint, endNs: bigint): void {
  if (endNs - startNs <= BigInt(LIMITS.maxTrySeconds) * 1_000_000_000n) return;
  const message = `a rule is tried on at most ${LIMITS.maxTrySeconds / 3_600} hours; replay it for more`;
  throw new ProblemError("range_too_long", message, {
    errors: [{ path: "start_time", code: "range_too_long", message }],
  });
}

function progressToAnswer({ tracesEvaluated, violationsFound, readFromNs }: TryProgress): TryProgressAnswer {
  return {
    traces_evaluated: tracesEvaluated,
    violations_found: violationsFound,
    read_from: formatTimestamp(readFromNs),
  };
}

function resultToAnswer({ startNs, endNs }: Range, result: TryResult): TryAnswer {
  const { firstViolationNs, matches, incompleteWindows, stopped } = result;
  return {
    ...progressToAnswer(result),
    start_time: formatTimestamp(startNs),
    end_time: formatTimestamp(endNs),
    first_violation_at: firstViolationNs === undefined ? null : formatTimestamp(firstViolationNs),
    matches: matches.map(violationToAnswer),
    incomplete_windows: incompleteWindows.map((window) => ({
      start_time: formatTimestamp(window.startNs),
      end_time: formatTimestamp(window.endNs),
      reason: window.reason,
    })),
    stopped: stopped ?? null,
  };
}
