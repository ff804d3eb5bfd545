import type { AttributeValue, Span } from "@betrace/contracts";

/** What makes two spans of one trace copies of each other: at-least-once ingest keeps both, a verdict counts one. */
const copyKey = (span: Span): string => `${span.spanId}${span.kind}`;

/** Whether no two spans share an id, as in nearly every trace: then none is a copy of another, and no key needs to be made. */
function haveIdsOfTheirOwn(spans: readonly Span[]): boolean {
  return spans.length < 2 || new Set(spans.map(({ spanId }) => spanId)).size === spans.length;
}

/**
 * Joins the answers of several projections of the same spans. Undefined if it is not certain which belongs to which:
 * the projections saw different spans, or several that look alike.
 */
export function joinLayers(layers: readonly (readonly Span[])[]): readonly Span[] | undefined {
  const [first, ...others] = layers;
  if (first === undefined || others.length === 0) return first;
  const place = (span: Span) => `${span.spanId} ${span.startNs} ${span.durationNs}`;
  const joined = new Map<string, Span>();
  for (const span of first) {
    if (joined.has(place(span))) return undefined;
    joined.set(place(span), span);
  }
  for (const layer of others) {
    const seen = new Set<string>();
    for (const span of layer) {
      const key = place(span);
      const before = joined.get(key);
      if (before === undefined || seen.has(key)) return undefined;
      seen.add(key);
      joined.set(key, {
        ...before,
        service: before.service ?? span.service,
        attributes: union(before.attributes, span.attributes),
        resource: union(before.resource, span.resource),
      });
    }
    if (seen.size !== joined.size) return undefined;
  }
  return [...joined.values()];
}

function union(
  a: ReadonlyMap<string, AttributeValue>,
  b: ReadonlyMap<string, AttributeValue>,
): ReadonlyMap<string, AttributeValue> {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  return new Map([...a, ...b]);
}

/** Drops what came twice because two windows overlap. */
export function withoutIdenticalCopies(spans: readonly Span[]): readonly Span[] {
  if (haveIdsOfTheirOwn(spans)) return spans;
  const kept = new Map<string, Span>();
  for (const span of spans) {
    const key = `${copyKey(span)} ${span.startNs} ${span.durationNs}`;
    if (!kept.has(key)) kept.set(key, span);
  }
  return kept.size === spans.length ? spans : [...kept.values()];
}
