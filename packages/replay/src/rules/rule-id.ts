import { createHash } from "node:crypto";

/** Source of a regular expression: 1 to 128 of `a-z A-Z 0-9 . _ -`, first and last a letter or digit. E.g. `pii-audit-soc2-cc6.1`. */
export const RULE_ID_PATTERN = "^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$";

const RULE_ID = new RegExp(RULE_ID_PATTERN);

/** Whether this may name a rule: safe in a URL, a Redis key and a TraceQL string as it stands. */
export function isRuleId(text: string): boolean {
  return RULE_ID.test(text);
}

/** An id from a rule's name: `Slow DB, no retry` gives `slow-db-no-retry`. A name without any letter or digit gives `rule`. */
export function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .slice(0, 64)
    .replace(/^[-.]+|[-.]+$/g, "");
  return slug === "" ? "rule" : slug;
}

/** The id under which an unsaved rule counts: the same text is the same rule in every replay. */
export function unsavedRuleId(dsl: string): string {
  return `unsaved-${createHash("sha256").update(dsl).digest("hex").slice(0, 12)}`;
}
