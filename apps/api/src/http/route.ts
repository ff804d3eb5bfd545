import type { Writable } from "node:stream";
import type { Log, ProblemCode } from "@betrace/contracts";
import type { z } from "zod";
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
  /** Whether the client asked for an event stream rather than one answer. */
  readonly wantsEvents: boolean;
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
  /** Writes the body as long as it likes and ends it; called once, when the headers are set, even where the client has left by then. */
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
  readonly query: Readonly<Record<string, unknown>>;
  /** Reads the body as JSON; called only where the call takes one. */
  readonly readBody: () => unknown;
  readonly requestId: string;
  readonly log: Log;
  readonly wantsEvents: boolean;
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
      const query = call.query === undefined ? {} : checkInput(call.query, raw.query, "query");
      const body = call.body === undefined ? {} : checkInput(call.body, raw.readBody(), "body");
      return handler({ ...raw, query: query as z.output<Query>, body: body as z.output<Body> });
    },
  };
}

/** What the addresses of a path template match. */
export function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`);
}
