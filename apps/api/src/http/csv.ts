/** A line of a table by the names of its columns; null and undefined are empty. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * CSV (RFC 4180) with a header; every row has the columns of the first. A text that a spreadsheet would take for a
 * formula begins with an apostrophe (owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvText(rows: readonly CsvRow[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function field(value: CsvRow[string]): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
