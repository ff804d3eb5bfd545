import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from "yaml";

/** Says what is wrong with a stretch of the source, from an offset up to another. */
export type Report = (offset: number, end: number, message: string, hint?: string) => void;

/** A field of a map, after aliases and merge keys. */
export interface Field {
  readonly key: Node;
  /** Never an alias. */
  readonly value: Node;
  /** It is an alias of nothing, and reported. */
  readonly broken: boolean;
}

/** The fields of a map by their names, its own before those that it merges. */
export type Fields = ReadonlyMap<string, Field>;

/** Reads maps of one YAML document as they are meant: aliases (`*a`) and merge keys (`<<`) stand for what they name. */
export interface FieldReader {
  /** What a node stands for; undefined, and reported, for an alias of nothing. */
  resolve(node: unknown): Node | undefined;
  /** Undefined, and reported, where a merge refers to itself. */
  fieldsOf(map: YAMLMap): Fields;
}

export function createFieldReader(document: Document, report: Report): FieldReader {
  const known = new Map<YAMLMap, Fields>();
  const reading = new Set<YAMLMap>();

  function resolve(node: unknown): Node | undefined {
    if (!isAlias(node)) return (node ?? undefined) as Node | undefined;
    const target = node.resolve(document);
    if (target !== undefined) return target as Node;
    const [from = 0, to = 0] = node.range ?? [];
    report(
      from,
      to,
      `there is no anchor &${node.source} before this in its document`,
      "an anchor reaches to the end of its document, not over ---",
    );
    return undefined;
  }

  function fieldsOf(map: YAMLMap): Fields {
    const before = known.get(map);
    if (before !== undefined) return before;
    const [start = 0] = map.range ?? [];
    if (reading.has(map)) {
      report(start, start, "<< merges a map into itself");
      return new Map();
    }
    reading.add(map);
    const own = new Map<string, Field>();
    const merged = new Map<string, Field>();
    for (const pair of map.items) {
      const key = resolve(pair.key);
      const [from = start, to = start] = (pair.key as Node | null)?.range ?? [];
      if (isMergeKey(key)) {
        for (const source of mergedMaps(pair.value)) {
          for (const [name, field] of fieldsOf(source)) if (!merged.has(name)) merged.set(name, field);
        }
        continue;
      }
      const name = textOf(key);
      if (key === undefined) continue;
      if (name === undefined) report(from, to, "expected the name of a field, found none");
      else if (name === "__proto__") report(from, to, "a field cannot be named __proto__");
      else if (own.has(name)) report(from, to, `${name} stands here a second time`, "leave one of them out");
      else {
        const value = resolve(pair.value);
        own.set(name, {
          key: pair.key as Node,
          value: value ?? nothingAt(to),
          broken: value === undefined && isAlias(pair.value),
        });
      }
    }
    reading.delete(map);
    const fields = new Map([...own, ...[...merged].filter(([name]) => !own.has(name))]);
    known.set(map, fields);
    return fields;
  }

  function mergedMaps(value: unknown): readonly YAMLMap[] {
    const node = resolve(value);
    const nodes = isSeq(node) ? node.items.map(resolve) : [node];
    return nodes.flatMap((one) => {
      if (isMap(one)) return [one];
      const [from = 0, to = 0] = (one ?? node ?? (value as Node | null))?.range ?? [];
      if (one !== undefined) report(from, to, "<< takes a map or a list of maps, such as *defaults");
      return [];
    });
  }

  return { resolve, fieldsOf };
}

/**
 * The text of a scalar as it stands in the source, so that `3.10`, `012345` or `1e3` is not made into a number first; undefined for a null
 * and for what is no scalar.
 */
export function textOf(node: Node | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function isMergeKey(key: Node | undefined): boolean {
  // By its source: to YAML 1.1 (`%YAML 1.1`) its value is no text.
  return isScalar(key) && key.source === "<<" && key.type === Scalar.PLAIN;
}

/** What stands where a value was left out. */
function nothingAt(offset: number): Node {
  const nothing = new Scalar(null);
  nothing.range = [offset, offset, offset];
  return nothing;
}
