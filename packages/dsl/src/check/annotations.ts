import { controlId } from "@betrace/contracts";
import { MAX_CONTROL_LENGTH } from "../limits.js";
import type { AnnotationSyntax } from "../parse/syntax.js";
import type { Report } from "../problem.js";
import type { RuleAnnotation } from "../rule.js";
import { checkString } from "./literal.js";

/** Bare ids have letters, digits and these signs; a string may hold anything printable. */
const BARE_CONTROL = /^[A-Za-z0-9][A-Za-z0-9_.()-]*$/;

/** The annotation as data; undefined if it says nothing that can be used. */
export function checkAnnotation(syntax: AnnotationSyntax, report: Report): RuleAnnotation | undefined {
  if (syntax.argument.name.toLowerCase() !== "controls") {
    report({
      code: "bad_annotation",
      message: `an annotation has no "${syntax.argument.name}"`,
      place: syntax.argument.place,
      expected: ["controls"],
      hint: `write @${syntax.framework}(controls = {CC6_1, CC7_2})`,
    });
    return undefined;
  }
  const controls = new Set<string>();
  for (const { text, isString, place } of syntax.controls) {
    // Nothing there: a syntax error was reported.
    if (text === "") continue;
    const written = isString ? checkString({ kind: "string", text, place }, report) : text;
    if (written === undefined) continue;
    const wellFormed = isString ? /^[\x20-\x7e\u00a0-\u{10ffff}]+$/u.test(written.trim()) : BARE_CONTROL.test(written);
    if (wellFormed && written.length <= MAX_CONTROL_LENGTH) controls.add(controlId(syntax.framework, written.trim()));
    else {
      report({
        code: "bad_annotation",
        message: "this is not the id of a control",
        place,
        expected: ["an id such as CC6_1 or CC6.1"],
        hint: "put an id with blanks or other signs in double quotes",
      });
    }
  }
  return controls.size > 0 ? { framework: syntax.framework, controls: [...controls] } : undefined;
}
