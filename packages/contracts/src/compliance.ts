import type { Annotations } from "./violation.js";

/** The controls of one framework that a rule gives evidence for. */
export interface ComplianceMark {
  /** In the framework's own spelling, e.g. `SOC2`. */
  readonly framework: string;
  /** In order, each once, e.g. `["CC6.1", "CC7.2"]`. */
  readonly controls: readonly string[];
}

const CONTROL_KEY = /^(.+)_controls?$/;

/**
 * Reads the compliance marks out of annotations: `compliance_framework` names frameworks, `<framework>_control` their
 * controls, several of either separated by commas. A framework that only a control names is spelled in capitals.
 */
export function complianceOf(annotations: Annotations): readonly ComplianceMark[] {
  const marks = new Map<string, { framework: string; controls: Set<string> }>();
  for (const framework of listed(annotations.compliance_framework)) {
    marks.set(keyOf(framework), { framework, controls: new Set() });
  }
  for (const [key, value] of Object.entries(annotations)) {
    const prefix = CONTROL_KEY.exec(key)?.[1];
    if (prefix === undefined || prefix === "compliance") continue;
    const mark = marks.get(keyOf(prefix)) ?? { framework: prefix.toUpperCase(), controls: new Set() };
    for (const control of listed(value)) mark.controls.add(controlId(mark.framework, control));
    marks.set(keyOf(prefix), mark);
  }
  return [...marks.values()].map(({ framework, controls }) => ({ framework, controls: [...controls].sort() }));
}

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

/**
 * A framework's controls among annotations; undefined if they do not name it. Letter case and punctuation of its name
 * do not matter.
 */
export function controlsOf(annotations: Annotations, framework: string): readonly string[] | undefined {
  return complianceOf(annotations).find((mark) => keyOf(mark.framework) === keyOf(framework))?.controls;
}

/** The annotation key that holds a framework's controls: `SOC2` gives `soc2_control`. */
export function controlKeyOf(framework: string): string {
  return `${keyOf(framework)}_control`;
}

function keyOf(framework: string): string {
  return framework.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}

function listed(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
