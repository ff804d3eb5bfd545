import { type ComplianceMark, complianceOf, controlKeyOf } from "./compliance.js";
import type { Annotations } from "./violation.js";

/**
 * A rule's annotations: those given beside the text, and the compliance marks that stand in it, as one. `@SOC2(controls = {CC6_1})` adds
 * `compliance_framework: "SOC2"` and `soc2_control: "CC6.1"`; several of either are joined by commas, each once.
 */
export function mergeAnnotations(given: Annotations, inText: readonly ComplianceMark[]): Annotations {
  const merged: Record<string, string> = { ...given };
  const marks = new Map(complianceOf(given).map((mark) => [controlKeyOf(mark.framework), mark]));
  for (const { framework, controls } of inText) {
    const key = controlKeyOf(framework);
    const before = marks.get(key);
    const all = new Set([...(before?.controls ?? []), ...controls]);
    // The text's own spelling of the framework wins over one guessed from a key.
    marks.set(key, { framework, controls: [...all].sort() });
  }
  if (marks.size > 0) merged.compliance_framework = [...marks.values()].map((mark) => mark.framework).join(",");
  for (const [key, { controls }] of marks) if (controls.length > 0) merged[key] = controls.join(",");
  return merged;
}
