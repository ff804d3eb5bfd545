import type { AttributeValue, Span, SpanKind, SpanStatus, Trace } from "@betrace/contracts";

/** The trace that the language guide draws as a table: its columns are those that are read here; the first row is the root. */
export function traceOfTable(markdown: string): Trace {
  const [, after = ""] = markdown.split("| span | service |");
  const rows = after.slice(0, after.indexOf("\n\n")).split("\n").slice(2);
  const spans = rows.map((row, index): Span => {
    const [name = "", service = "", kind = "", starts = "", lasts = "", status = "", attributes = "", resource = ""] =
      row
        .split("|")
        .slice(1)
        .map((cell) => cell.trim());
    const [word = "", statusMessage = ""] = status.split(": ");
    return {
      spanId: (index + 1).toString(16).padStart(16, "0"),
      parentSpanId: index === 0 ? "" : "1".padStart(16, "0"),
      name: name.replaceAll("`", ""),
      service,
      kind: kind as SpanKind,
      status: word as SpanStatus,
      statusMessage,
      startNs: 1_768_089_600_000_000_000n + nanoseconds(starts),
      durationNs: nanoseconds(lasts),
      attributes: valuesOf(attributes),
      resource: valuesOf(resource),
    };
  });
  return { traceId: "1".padStart(32, "0"), spans, complete: true };
}

function nanoseconds(text: string): bigint {
  const [, amount = "", unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return BigInt(amount) * (unit === "s" ? 1_000_000_000n : 1_000_000n);
}

/** `key` = JSON, several with commas. */
function valuesOf(text: string): ReadonlyMap<string, AttributeValue> {
  return new Map(
    [...text.matchAll(/`([^`]+)` = (\[[^\]]*\]|"[^"]*"|[\w.]+)/g)].map(([, key = "", value = ""]) => [
      key,
      JSON.parse(value) as AttributeValue,
    ]),
  );
}
