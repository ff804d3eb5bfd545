import type { Annotations } from "@betrace/contracts";

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
    for (const control of listed(value)) mark.controls.add(controlSpelling(control));
    marks.set(keyOf(prefix), mark);
  }
  return [...marks.values()].map(({ framework, controls }) => ({ framework, controls: [...controls].sort() }));
}

/** `CC6_1` and `CC6.1` are the same control; the framework writes the latter. */
export function controlSpelling(control: string): string {
  return control.replace(/(?<=\d)_(?=\d)/g, ".");
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
