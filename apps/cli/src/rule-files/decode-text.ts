import { isUtf8 } from "node:buffer";
import { firstWrongByte } from "@betrace/contracts";
import { placeOf, type RuleProblem } from "./rule-problem.js";

/** The text of a rule file; or, where it is no UTF-8, what it is instead and where. `shown` is what there is to show of it. */
export type RuleText =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: RuleProblem; readonly shown: string };

/**
 * Reads the bytes of a rule file as UTF-8, with or without a byte order mark. Anything else is a problem at its place: a rule read in the
 * wrong encoding would match nothing, and nobody would be told.
 */
export function decodeRuleText(file: string, bytes: Buffer): RuleText {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const message = "the file is packed with gzip; rules are read as text";
    const hint = "unpack it first: gzip -dc FILE | betrace check -";
    return { problem: { file, line: 1, column: 1, length: 0, message, hint }, shown: "" };
  }
  const wide = utf16Of(bytes);
  if (wide !== undefined) {
    const message = `the file is in ${wide}; rules are read as UTF-8`;
    const hint = `save it as UTF-8, or: iconv -f ${wide} -t UTF-8 FILE`;
    return { problem: { file, line: 1, column: 1, length: 0, message, hint }, shown: "" };
  }
  if (isUtf8(bytes)) return { text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  const at = firstWrongByte(bytes);
  // Up to its first wrong byte the text is what it says, and one byte of Latin-1 is one character.
  const shown = bytes.toString("latin1");
  const before = bytes.subarray(0, at).toString("utf8");
  const { line, column } = placeOf(before, before.length);
  const byte = bytes.readUInt8(at).toString(16).padStart(2, "0");
  return {
    problem: {
      file,
      line,
      column,
      length: 1,
      message: `the byte 0x${byte} (the file's byte ${at + 1}) is no UTF-8; rules are read as UTF-8`,
      hint: `save the file as UTF-8, or: iconv -f WINDOWS-1252 -t UTF-8 FILE, if that is what it was written in`,
    },
    shown: `${before}${shown.slice(at)}`,
  };
}

/** A byte order mark tells, else the zeros that ASCII has in UTF-16. */
function utf16Of(bytes: Buffer): "UTF-16LE" | "UTF-16BE" | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "UTF-16LE";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)) return "UTF-16BE";
  return undefined;
}
