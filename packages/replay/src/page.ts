import type { Redis } from "ioredis";
import { ReplayError } from "./errors.js";
import { LIMITS } from "./limits.js";
import type { Page, PageRequest } from "./rules/rule.js";

/** The wanted length of a page, within its bounds. */
export function pageSize(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return LIMITS.defaultPageSize;
  return Math.min(Math.max(1, Math.trunc(limit)), LIMITS.maxPageSize);
}

/** A cursor is the last member that was handed out, so that it stays true while others come and go. */
export function encodeCursor(member: string): string {
  return Buffer.from(member).toString("base64url");
}

/** Throws `cursor_invalid` for text that no page of ours ended with. */
export function decodeCursor(cursor: string): string {
  const member = Buffer.from(cursor, "base64url").toString();
  if (member === "" || encodeCursor(member) !== cursor) {
    throw new ReplayError("cursor_invalid", "the cursor is not one that a page of this list ended with");
  }
  return member;
}

/** A slice of a lexically sorted set: the half-open range of members `[from, to)`, both optional. */
export interface LexRange {
  readonly key: string;
  readonly order: "forward" | "backward";
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads one page of members. Cost: logarithmic in the set, linear in the page. */
export async function pageOfMembers(redis: Redis, range: LexRange, request: PageRequest): Promise<Page<string>> {
  const size = pageSize(request.limit);
  const after = request.cursor === undefined ? undefined : decodeCursor(request.cursor);
  const low = range.from === undefined ? "-" : `[${range.from}`;
  const high = range.to === undefined ? "+" : `(${range.to}`;
  const members =
    range.order === "forward"
      ? await redis.zrangebylex(range.key, after === undefined ? low : `(${after}`, high, "LIMIT", 0, size + 1)
      : await redis.zrevrangebylex(range.key, after === undefined ? high : `(${after}`, low, "LIMIT", 0, size + 1);
  const items = members.slice(0, size);
  const last = items.at(-1);
  return { items, nextCursor: members.length > size && last !== undefined ? encodeCursor(last) : undefined };
}
