import type { AttributeValue, Span } from "@betrace/contracts";

/** Texts and resources held once; those beyond stay as they came. */
const MAX_SHARED = 100_000;
const NO_ATTRIBUTES: ReadonlyMap<string, AttributeValue> = new Map();

/**
 * Makes spans small, for holding millions of them: what many have in common, their names and resources, is held once. Some 300 bytes a
 * span that way, and 1 KB otherwise.
 */
export function createSpanKeeper(): (span: Span) => Span {
  const texts = new Map<string, string>();
  const resources = new Map<string, Span["resource"]>();
  let before: Span["resource"] | undefined;
  let beforeShared = NO_ATTRIBUTES;

  function text(given: string): string {
    const known = texts.get(given);
    if (known === undefined && texts.size < MAX_SHARED) texts.set(given, given);
    return known ?? given;
  }

  function resource(given: Span["resource"]): Span["resource"] {
    // The spans of one group come with one map.
    if (given === before) return beforeShared;
    // No value is an object, so that one stands for nothing else.
    const key = JSON.stringify([...given], (_key, value: unknown) =>
      typeof value === "bigint" ? { bigint: String(value) } : value,
    );
    const known = resources.get(key);
    if (known === undefined && resources.size < MAX_SHARED) resources.set(key, given);
    before = given;
    beforeShared = known ?? given;
    return beforeShared;
  }

  return (span) => ({
    ...span,
    name: text(span.name),
    service: span.service === undefined ? undefined : text(span.service),
    attributes: span.attributes.size === 0 ? NO_ATTRIBUTES : span.attributes,
    resource: resource(span.resource),
  });
}
