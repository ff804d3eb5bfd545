import {
  type AttributesAnswer,
  type AttributeValuesAnswer,
  attributesAnswer,
  attributesQuery,
  attributeValuesAnswer,
  VIOLATION_MARKER_ATTRIBUTE,
} from "@betrace/contracts";
import { readTagNames, readTagValues, type Tag, TempoError } from "@betrace/tempo";
import type { z } from "zod";
import type { ApiDeps } from "../deps.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { LIMITS } from "../limits.js";
import { checkRange, QUERY_NAMES } from "./replay-range.js";
import { remember } from "./remember.js";

const NS_PER_SECOND = 1_000_000_000n;
const DEFAULT_SECONDS = 3_600n;
const SERVICES: Tag = { scope: "resource", key: "service.name" };
const SPAN_NAMES: Tag = { scope: "intrinsic", key: "name" };
/** Attributes that BeTrace writes on its own spans, which no rule sees. */
const OWN = VIOLATION_MARKER_ATTRIBUTE.slice(0, VIOLATION_MARKER_ATTRIBUTE.lastIndexOf(".") + 1);

type Range = { readonly startSeconds: number; readonly endSeconds: number };

/** What a rule over this Tempo can name: for completion, so an answer that is late or short is better than none. */
export function attributeRoutes({ tempo, clock }: Pick<ApiDeps, "tempo" | "clock">): readonly Route[] {
  const limit = LIMITS.maxAttributes;
  // Everybody who types asks the same: one answer serves for a while, and those who ask at once share one question.
  const names = remember(LIMITS.attributesFreshMs, (range: Range) =>
    withinMs(LIMITS.attributesMs, (signal) => readTagNames(tempo, { ...range, limit, signal })),
  );
  const values = remember(LIMITS.attributesFreshMs, ({ tag, ...range }: Range & { readonly tag: Tag }) =>
    withinMs(LIMITS.attributesMs, (signal) => readTagValues(tempo, tag, { ...range, limit, signal })),
  );
  const texts = async (tag: Tag, range: Range) => (await values({ ...range, tag })).map(({ value }) => value).sort();
  return [
    route(
      {
        method: "get",
        path: "/v1/attributes",
        name: "listAttributes",
        summary:
          "Attribute names, services and span names that Tempo knows, for completion. Never waits long for Tempo.",
        query: attributesQuery,
        answers: { 200: attributesAnswer },
        problems: ["range_invalid"],
      },
      async ({ query }) => {
        const range = rangeOf(query, clock.nowNs());
        const [scopes, services, spanNames] = await Promise.allSettled([
          names(range),
          texts(SERVICES, range),
          texts(SPAN_NAMES, range),
        ]);
        const namesOf = (scope: string) =>
          valueOr(scopes, [])
            .filter((one) => one.scope === scope)
            .flatMap((one) => one.names.filter((name) => !name.startsWith(OWN)))
            .sort();
        const body: AttributesAnswer = {
          span: namesOf("span"),
          resource: namesOf("resource"),
          services: valueOr(services, []),
          span_names: valueOr(spanNames, []),
          unavailable: whyNot([scopes, services, spanNames]),
        };
        return { status: 200, body };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/attributes/{scope}/{name}/values",
        name: "listAttributeValues",
        summary: "Values of one attribute that Tempo knows, for completion. `scope` is `span` or `resource`.",
        query: attributesQuery,
        answers: { 200: attributeValuesAnswer },
        problems: ["range_invalid"],
      },
      async ({ params: { scope = "", name: key = "" }, query }) => {
        if (scope !== "span" && scope !== "resource") {
          throw new ProblemError("invalid_request", `scope: expected span or resource, found "${scope.slice(0, 60)}"`);
        }
        const [found] = await Promise.allSettled([values({ tag: { scope, key }, ...rangeOf(query, clock.nowNs()) })]);
        const body: AttributeValuesAnswer = {
          values: valueOr(found, []).map(({ type, value }) => ({ type, value })),
          unavailable: whyNot([found]),
        };
        return { status: 200, body };
      },
    ),
  ];
}

/** Of a long range the newest part: Tempo opens every block of what it is asked for. To the minute, so that answers can be shared. */
function rangeOf({ start, end }: z.output<typeof attributesQuery>, nowNs: bigint): Range {
  const endNs = end ?? nowNs;
  const startNs = start ?? endNs - DEFAULT_SECONDS * NS_PER_SECOND;
  checkRange(startNs, endNs, nowNs, QUERY_NAMES);
  const endSeconds = (Number(endNs / (60n * NS_PER_SECOND)) + 1) * 60;
  const startSeconds = Number(startNs / (60n * NS_PER_SECOND)) * 60;
  return { startSeconds: Math.max(startSeconds, endSeconds - LIMITS.maxAttributesSeconds), endSeconds };
}

/** The abort stops the work, and the wait too where the work still queues for its turn at Tempo. */
async function withinMs<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Late(`Tempo did not answer within ${ms / 1_000} s`)), {
      once: true,
    });
  });
  return Promise.race([work(signal), late]);
}

class Late extends Error {}

function valueOr<T>(settled: PromiseSettledResult<T>, otherwise: T): T {
  return settled.status === "fulfilled" ? settled.value : otherwise;
}

/** Why not all is there. Throws what is no failure of Tempo's. */
function whyNot(settled: readonly PromiseSettledResult<unknown>[]): string | null {
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  for (const reason of reasons) {
    if (reason instanceof Late || reason instanceof TempoError) return reason.message;
    if (!(reason instanceof DOMException)) throw reason;
  }
  return reasons.length > 0 ? "Tempo took too long" : null;
}
