import type { GetOptions, TempoClient } from "./client/client.js";
import { objects, parseJsonObject, text } from "./decode/json.js";
import { attributeName, quotable } from "./projection.js";

/** Names of attributes under one scope: `span`, `resource`, `intrinsic`, `event`, ... */
export interface TagScope {
  readonly scope: string;
  readonly names: readonly string[];
}

/** A value that some span has, as text, with Tempo's word for its type: `string`, `int`, `float`, `bool`, `keyword`, ... */
export interface TagValue {
  readonly type: string;
  readonly value: string;
}

export interface TagsRequest {
  /** Unix seconds. Tempo opens every block of the range, so keep it short. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Names of one scope, or values, at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Attribute names that Tempo has seen in the range. It may cut the list by its own limits without a word: for completion, not for truth. */
export async function readTagNames(client: TempoClient, request: TagsRequest): Promise<readonly TagScope[]> {
  const { body } = await ask(client, "/api/v2/search/tags", request);
  return objects(parseJsonObject(body).scopes, "scopes").map((scope) => ({
    scope: text(scope.name, "scope.name"),
    names: texts(scope.tags).slice(0, request.limit),
  }));
}

/** Which values: of an attribute, or of an intrinsic (`name`: span names, `rootName`, `status`, ...). */
export type Tag =
  | { readonly scope: "span" | "resource"; readonly key: string }
  | { readonly scope: "intrinsic"; readonly key: string };

/** Values that Tempo has seen in the range, cut as the names are. An attribute whose name cannot be asked for has none. */
export async function readTagValues(client: TempoClient, tag: Tag, request: TagsRequest): Promise<readonly TagValue[]> {
  if (tag.scope !== "intrinsic" && !quotable(tag.key)) return [];
  const name = encodeURIComponent(tag.scope === "intrinsic" ? tag.key : attributeName(tag.scope, tag.key));
  const { body } = await ask(client, `/api/v2/search/tag/${name}/values`, request);
  return objects(parseJsonObject(body).tagValues, "tagValues")
    .slice(0, request.limit)
    .map((value) => ({ type: text(value.type, "type"), value: text(value.value, "value") }));
}

function ask(client: TempoClient, path: string, { startSeconds, endSeconds, limit, signal }: TagsRequest) {
  const query = new URLSearchParams({ start: String(startSeconds), end: String(endSeconds), limit: String(limit) });
  const options: GetOptions = { signal, jsonOnly: true, retryTimeouts: false };
  return client.get(path, query, options);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
