import type { ServerResponse } from "node:http";
import { RequestError, searchWindow } from "../search/params.js";
import { INTRINSIC_TAGS, TAG_SCOPES, tagNames, tagValues } from "../search/tags.js";
import type { TraceStore } from "../store/trace-store.js";
import { fieldOf } from "../traceql/field.js";
import { tokenize } from "../traceql/tokens.js";
import { TraceqlError } from "../traceql/traceql-error.js";
import { reply } from "./reply.js";

const METRICS = { completedJobs: 1, totalJobs: 1 };

/** `GET /api/v2/search/tags`: attribute names by scope, intrinsics included, in JSON. */
export function handleTagNames(response: ServerResponse, url: URL, store: TraceStore): void {
  const { scope, limit, window } = tagParams(url.searchParams);
  if (!TAG_SCOPES.has(scope)) throw new RequestError(400, `invalid scope: ${scope}`);
  const all = scope === "" || scope === "none";
  const found = all || scope === "span" || scope === "resource" ? tagNames(store.rows(window)) : undefined;
  const scopes = [
    { name: "intrinsic", tags: all || scope === "intrinsic" ? INTRINSIC_TAGS : [] },
    { name: "resource", tags: all || scope === "resource" ? [...(found?.resource ?? [])] : [] },
    { name: "span", tags: all || scope === "span" ? [...(found?.span ?? [])] : [] },
  ];
  const shown = scopes
    .filter(({ tags }) => tags.length > 0)
    .map(({ name, tags }) => ({ name, tags: [...tags].sort().slice(0, limit) }));
  reply(response, 200, "application/json", JSON.stringify({ scopes: shown, metrics: METRICS }));
}

/** `GET /api/v2/search/tag/{tag}/values`: the values of one attribute or intrinsic, in JSON. */
export function handleTagValues(response: ServerResponse, url: URL, tag: string, store: TraceStore): void {
  const { limit, window } = tagParams(url.searchParams);
  const values = tagValues(fieldNamed(tag), store.rows(window), limit);
  reply(response, 200, "application/json", JSON.stringify({ tagValues: values, metrics: METRICS }));
}

function fieldNamed(tag: string) {
  try {
    const [token, end] = tokenize(tag);
    const field = token !== undefined && end?.kind === "end" ? fieldOf(token) : `unknown identifier: ${tag}`;
    if (typeof field === "object") return field;
    throw new RequestError(400, `please provide a valid tagName: ${field}`);
  } catch (error) {
    if (error instanceof TraceqlError) {
      throw new RequestError(400, `please provide a valid tagName: ${error.message}`);
    }
    throw error;
  }
}

function tagParams(search: URLSearchParams) {
  const query = (search.get("q") ?? "").replace(/\s/g, "");
  if (query !== "" && query !== "{}") throw new RequestError(400, "q is not supported here for tags");
  const limit = Number(search.get("limit") ?? 0);
  return {
    scope: search.get("scope") ?? "",
    limit: Number.isSafeInteger(limit) && limit > 0 ? limit : Number.POSITIVE_INFINITY,
    window: searchWindow(search),
  };
}
