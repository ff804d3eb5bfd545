import type { AnnotationSyntax } from "../parse/syntax.js";
import type { Report } from "../problem.js";
import type { RuleAnnotation } from "../rule.js";
import { checkString } from "./literal.js";

/**
 * A control id in its framework's own spelling, so that `CC6_1` and `CC6.1` are one control.
 *
 * - HIPAA (45 CFR) nests in parentheses: `164_312_a_1` is `164.312(a)(1)`.
 * - NIST 800-53 and FedRAMP put a dash and enhancements in parentheses: `AC_2_1` is `AC-2(1)`.
 * - Everywhere else an underscore before a digit is a point: `CC6_1`, `A_5_1`, `10_2_1`.
 *
 * What is already in that spelling stays as it is, as do letters' cases.
 */
export function controlId(framework: string, written: string): string {
  const name = framework.toUpperCase();
  if (name.startsWith("HIPAA")) {
    const [part = "", section, ...rest] = written.split("_");
    return section === undefined ? part : `${part}.${section}${rest.map((segment) => `(${segment})`).join("")}`;
  }
  if (name.startsWith("NIST") || name.startsWith("FEDRAMP")) {
    const [family = "", number, ...rest] = written.split("_");
    return number === undefined ? family : `${family}-${number}${rest.map((segment) => `(${segment})`).join("")}`;
  }
  return written.replace(/_(?=\d)/g, ".");
}

/** Bare ids have letters, digits and these signs; a string may hold anything printable. */
const BARE_CONTROL = /^[A-Za-z0-9][A-Za-z0-9_.()-]*$/;
const MAX_CONTROL = 100;

/** The annotation as data; undefined where it says nothing that can be used. */
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
    if (wellFormed && written.length <= MAX_CONTROL) controls.add(controlId(syntax.framework, written.trim()));
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
