/** What a file is, by its first bytes. */
export type Kind =
  | { readonly is: "text" | "gzip" | "zstd" | "framed zstd" }
  /** Not read here: its name, and what to do with it. */
  | { readonly is: "other"; readonly name: string; readonly instead: string };

/** Bytes that {@link kindOf} looks at. */
export const HEAD_BYTES = 512;

const ZSTD = "28b52ffd";
const pipe = (command: string) => `unpack it: ${command} FILE | betrace replay --rule-file RULES --traces -`;
const asJson = "write OTLP/JSON instead (the Collector's file exporter: format: json)";

/** First bytes in hex of what is known and not read. */
const KNOWN: readonly (readonly [hex: RegExp, name: string, instead: string])[] = [
  [/^425a683[1-9]314159/, "bzip2", pipe("bzip2 -dc")],
  [/^fd377a585a00/, "xz", pipe("xz -dc")],
  [/^4c5a4950/, "lzip", pipe("lzip -dc")],
  [/^5d0000[0-9a-f]{4}/, "lzma", pipe("xz --format=lzma -dc")],
  [/^(?:04224d18|02214c18)/, "lz4", pipe("lz4 -dc")],
  [/^ff060000734e61507059/, "framed snappy", pipe("snzip -dc")],
  [/^1f(?:9d|a0)/, "compress (.Z)", pipe("uncompress -c")],
  [/^78(?:01|5e|9c|da)/, "zlib", pipe("pigz -dcz")],
  [/^504b(?:0304|0506)/, "zip", pipe("unzip -p")],
  [/^377abcaf271c/, "7z", pipe("7z x -so")],
  [/^.{514}7573746172/, "a tar archive", "name the files in it, after: tar -xf FILE"],
  [/^50415231/, "Parquet", "read a Tempo block through Tempo: betrace replay without --traces"],
  [/^(?:fffe0000|0000feff)/, "text in UTF-32", "save it as UTF-8: iconv -f UTF-32 -t UTF-8 FILE"],
  [
    /^(?:fffe|(?:7b|5b|20|09|0a|0d)00(?!00)..00)/,
    "text in UTF-16",
    "save it as UTF-8: iconv -f UTF-16LE -t UTF-8 FILE",
  ],
  [
    /^(?:feff|00(?:7b|5b|20|09|0a|0d)00(?!00)..)/,
    "text in UTF-16",
    "save it as UTF-8: iconv -f UTF-16BE -t UTF-8 FILE",
  ],
];

/** Tells what the first bytes of a file begin; all that is no text and not known is refused under a name that helps. */
export function kindOf(head: Buffer): Kind {
  const hex = head.toString("hex");
  if (/^1f8b/.test(hex)) return { is: "gzip" };
  // A skippable frame (`5?2a4d18`) stands before what pzstd and others write.
  if (hex.startsWith(ZSTD) || /^5.2a4d18/.test(hex)) return { is: "zstd" };
  if (hex.startsWith(ZSTD, 8)) return { is: "framed zstd" };
  for (const [pattern, name, instead] of KNOWN) if (pattern.test(hex)) return { is: "other", name, instead };
  if (!head.some(isBinary)) return { is: "text" };
  const name = looksLikeProtobuf(head) || looksLikeProtobuf(head.subarray(4)) ? "OTLP in protobuf" : "a binary file";
  return { is: "other", name, instead: asJson };
}

/**
 * A control character that no JSON text begins with. Byte 0x1e separates JSON texts (RFC 7464); zeros fill up a log that was cut while it
 * was written to.
 */
function isBinary(byte: number): boolean {
  return byte < 0x20 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 0x1e;
}

/** `ExportTraceServiceRequest` and `TracesData` begin with field 1, its length, and in it field 1 (resource) or 2 (scope spans). */
function looksLikeProtobuf(bytes: Buffer): boolean {
  if (bytes[0] !== 0x0a) return false;
  let at = 1;
  while (at < 6 && ((bytes[at] ?? 0) & 0x80) !== 0) at++;
  const inner = bytes[at + 1];
  return inner === 0x0a || inner === 0x12;
}
