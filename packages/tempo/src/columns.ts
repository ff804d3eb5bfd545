import type { AttributeValue } from "@betrace/contracts";

/** Attributes for which Tempo's blocks have a column of strings of their own (`vparquet4/block_traceql.go`, `wellKnownColumnLookups`). */
const STRING_COLUMNS: Readonly<Record<"span" | "resource", readonly string[]>> = {
  span: ["http.method", "http.url"],
  resource: [
    "service.name",
    "cluster",
    "namespace",
    "pod",
    "container",
    "k8s.cluster.name",
    "k8s.namespace.name",
    "k8s.pod.name",
    "k8s.container.name",
  ],
};

/**
 * Whether an array is one that no search sees, its elements being of the type of a column that the attribute has for itself:
 * it is not in that column, and a condition of that type looks nowhere else (seen on 2.10.8 and 3.0.3, of one element too). Arrays
 * of another type are found. Columns that an operator added are not known here.
 */
export function isHiddenByColumn(scope: "span" | "resource", key: string, value: AttributeValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [first] = value;
  if (scope === "span" && key === "http.status_code") return typeof first === "number" || typeof first === "bigint";
  return typeof first === "string" && STRING_COLUMNS[scope].includes(key);
}
