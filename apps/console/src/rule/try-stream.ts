import type { Problem, TryAnswer, TryProgressAnswer, ViolationAnswer } from "@betrace/contracts";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { api } from "../api/api.js";
import { CallError } from "../api/call.js";

/** What is heard while an unsaved rule runs. */
export interface TryListener {
  readonly onProgress: (progress: TryProgressAnswer) => void;
  readonly onMatch: (match: ViolationAnswer) => void;
}

export interface TryWish {
  readonly dsl: string;
  readonly start_time: string;
  readonly end_time: string;
}

/**
 * Runs an unsaved rule until it is over, telling what it finds as it finds it. Rejects if it could not be run to an
 * end.
 */
export async function tryRule(wish: TryWish, listener: TryListener, signal: AbortSignal): Promise<TryAnswer> {
  const { body } = await api.tryRule(wish, signal);
  if (body === null) throw new CallError("The answer had no body.", undefined);
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  for (;;) {
    const { done, value } = await events.read();
    if (done) throw new CallError("The connection ended before the answer was whole.", undefined);
    const data: unknown = JSON.parse(value.data);
    if (value.event === "progress") listener.onProgress(data as TryProgressAnswer);
    else if (value.event === "match") listener.onMatch(data as ViolationAnswer);
    else if (value.event === "end") return data as TryAnswer;
    else if (value.event === "problem") throw new CallError((data as Problem).detail, data as Problem);
  }
}
