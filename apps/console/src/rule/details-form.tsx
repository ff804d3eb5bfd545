import { SEVERITIES } from "@betrace/contracts";
import { Icon } from "../parts/icon.js";
import type { Draft } from "./draft.js";

/** What a rule has besides its text. */
export function DetailsForm({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { annotations } = draft;
  const setRow = (at: number, row: readonly [string, string]) =>
    onChange({ annotations: annotations.map((before, index) => (index === at ? row : before)) });
  return (
    <section class="panel" aria-label="Details">
      <div class="panel-body">
        <div class="details-row">
          <div class="field">
            <label for="rule-severity">Severity</label>
            <select
              id="rule-severity"
              value={draft.severity}
              onChange={(event) => onChange({ severity: event.currentTarget.value as Draft["severity"] })}
            >
              {SEVERITIES.toReversed().map((severity) => (
                <option key={severity}>{severity}</option>
              ))}
            </select>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={draft.enabled}
              onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
            />
            Enabled
          </label>
        </div>
        <div class="field">
          <label for="rule-description">Description</label>
          <textarea
            id="rule-description"
            rows={3}
            placeholder="What it means when this is found, and what to do."
            value={draft.description}
            onInput={(event) => onChange({ description: event.currentTarget.value })}
          />
        </div>
        <fieldset class="annotations">
          <legend>Annotations</legend>
          {annotations.map(([key, value], at) => (
            <div key={at} class="annotation">
              <input
                aria-label={`Name of annotation ${at + 1}`}
                placeholder="soc2_control"
                value={key}
                onInput={(event) => setRow(at, [event.currentTarget.value, value])}
              />
              <input
                aria-label={`Value of annotation ${at + 1}`}
                placeholder="CC6.1"
                value={value}
                onInput={(event) => setRow(at, [key, event.currentTarget.value])}
              />
              <button
                type="button"
                class="quiet icon-button"
                aria-label={`Remove annotation ${at + 1}`}
                onClick={() => onChange({ annotations: annotations.filter((_, index) => index !== at) })}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          <button type="button" class="quiet" onClick={() => onChange({ annotations: [...annotations, ["", ""]] })}>
            <Icon name="plus" /> Annotation
          </button>
        </fieldset>
      </div>
    </section>
  );
}
