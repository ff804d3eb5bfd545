import { duration } from "../time/format.js";
import type { ShownSpan } from "./waterfall-rows.js";

/** All that is known of one span. */
export function SpanFacts({ span }: { readonly span: ShownSpan }) {
  const own = Object.entries(span.attributes);
  const resource = Object.entries(span.resource_attributes);
  return (
    <section class="span-facts" aria-label={`The span ${span.name}`}>
      <h3>{span.name}</h3>
      <p class="row-sub">
        <span>{span.service}</span>
        <span>{span.kind}</span>
        <span>{duration(Number(span.duration_nano) / 1e6)}</span>
        <span>status {span.status}</span>
        {span.status_message !== "" && <span>“{span.status_message}”</span>}
        <code>{span.span_id}</code>
      </p>
      <div class="facts-columns">
        <Facts title="Attributes" of={own} word="span.attributes" />
        <Facts title="Resource" of={resource} word="span.resource" />
      </div>
    </section>
  );
}

function Facts(props: {
  readonly title: string;
  readonly of: readonly (readonly [string, unknown])[];
  readonly word: string;
}) {
  const { title, of, word } = props;
  return (
    <div>
      <h3>{title}</h3>
      {of.length === 0 ? (
        <p class="muted">None.</p>
      ) : (
        <dl class="facts">
          {of.map(([key, value]) => (
            <div key={key} title={`In a rule: ${word}["${key}"]`}>
              <dt>{key}</dt>
              <dd>{Array.isArray(value) ? value.map(String).join(", ") : String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
