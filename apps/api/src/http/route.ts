import type { Writable } from "node:stream";
import type { Log, ProblemCode } from "@betrace/contracts";
import { z } from "zod";
import { checkInput } from "./check-input.js";

export type Method = "get" | "post" | "put" | "delete";

/** What a handler is asked, checked already. */
export interface Ask<Body, Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly requestId: string;
  /** Writes the request id on every line. */
  readonly log: Log;
  /** Of the media types that the call answers in, the one that the client likes best. */
  readonly accepted: string;
  /** Of the last event that a client of an event stream heard, where it comes back after a break. */
  readonly lastEventId: string | undefined;
  /** Aborted when the client goes away before it was answered in full. */
  readonly signal: AbortSignal;
}

/** What a handler answers. `text` or `stream` replaces the JSON `body`. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: { readonly type: string; readonly content: string };
  /**
   * Writes the body as long as it likes and ends it; called once, when the headers are set, even if the client has left
   * by then.
   */
  readonly stream?: { readonly type: string; readonly pipe: (to: Writable) => void };
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call as it stands in the OpenAPI document. */
export interface Call {
  readonly method: Method;
  /** With parameters in braces, e.g. `/v1/rules/{id}`. */
  readonly path: string;
  /** `operationId` in the OpenAPI document. */
  readonly name: string;
  readonly summary: string;
  /** What it answers when all is well: a schema for JSON, a media type for anything else, nothing for an empty body. */
  readonly answers: Readonly<Record<number, z.ZodType | string | undefined>>;
  /** Media types that the first answer also comes in, where it is asked for. */
  readonly alsoAs?: readonly string[];
  /** Beyond those that every call can answer. */
  readonly problems?: readonly ProblemCode[];
}

/** What comes in, before it is checked. */
export interface RawAsk {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly hasBody: boolean;
  /** Reads the body as JSON. */
  readonly readBody: () => unknown;
  readonly requestId: string;
  readonly log: Log;
  readonly accepted: string;
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
}

/** A call with its handler. The router and the OpenAPI document are both made from these, so they cannot disagree. */
export interface Route extends Call {
  readonly body: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  handle(ask: RawAsk): Promise<Answer>;
}

/** Binds a handler to the schemas of its body and query; the handler sees parsed values only. */
export function route<Body extends z.ZodObject = z.ZodObject, Query extends z.ZodObject = z.ZodObject>(
  call: Call & { readonly body?: Body; readonly query?: Query },
  handler: (ask: Ask<z.output<Body>, z.output<Query>>) => Promise<Answer>,
): Route {
  return {
    ...call,
    body: call.body,
    query: call.query,
    async handle(raw) {
      const query = checkInput(call.query ?? NOTHING, raw.query, "query", call.body);
      const body =
        call.body !== undefined || raw.hasBody
          ? checkInput(call.body ?? NOTHING, raw.readBody(), "body", call.query)
          : {};
      return handler({ ...raw, query: query as z.output<Query>, body: body as z.output<Body> });
    },
  };
}

/** What the addresses of a path template match. */
export function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`);
}

/**
 * What a call takes that has no query, or no body: a parameter or field would be thought to have an effect. An empty
 * object is fine.
 */
const NOTHING = z.strictObject({});

/** Media types that a call answers in when all is well, the one it prefers first; none if it answers nothing. */
export function mediaTypesOf({ answers, alsoAs = [] }: Call): readonly string[] {
  const types = Object.values(answers).flatMap((answer) =>
    answer === undefined ? [] : [typeof answer === "string" ? answer : "application/json"],
  );
  return [...new Set([...types, ...alsoAs])];
}
