import type { CreateRuleRequest, RuleAnswer, UpdateRuleRequest } from "@betrace/contracts";

/** A rule as it stands in the form, saved or not. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly dsl: string;
  readonly severity: RuleAnswer["severity"];
  readonly enabled: boolean;
  /** Rows in the order of the form; one without a key is not sent. */
  readonly annotations: readonly (readonly [key: string, value: string])[];
}

export function draftOf(rule: RuleAnswer): Draft {
  const { name, description, dsl, severity, enabled, annotations } = rule;
  return { name, description, dsl, severity, enabled, annotations: Object.entries(annotations) };
}

/** What must be sent to save the draft of a new rule. */
export function creationOf(draft: Draft): CreateRuleRequest {
  return { ...draft, annotations: recordOf(draft.annotations) };
}

/**
 * What must be sent to make the saved rule equal to the draft; undefined: it is. Only what differs is sent, because
 * annotations that stand in the rule's text come back merged with the others, and are not to become two.
 */
export function changesOf(draft: Draft, saved: RuleAnswer): UpdateRuleRequest | undefined {
  const annotations = recordOf(draft.annotations);
  const changes: UpdateRuleRequest = {
    ...(draft.name === saved.name ? {} : { name: draft.name }),
    ...(draft.description === saved.description ? {} : { description: draft.description }),
    ...(draft.dsl === saved.dsl ? {} : { dsl: draft.dsl }),
    ...(draft.severity === saved.severity ? {} : { severity: draft.severity }),
    ...(draft.enabled === saved.enabled ? {} : { enabled: draft.enabled }),
    ...(sameRecord(annotations, saved.annotations) ? {} : { annotations }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function recordOf(rows: Draft["annotations"]): Record<string, string> {
  return Object.fromEntries(rows.map(([key, value]) => [key.trim(), value] as const).filter(([key]) => key !== ""));
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
