import type { ValidateAnswer } from "@betrace/contracts";

/** In words what the rule means, and how it will be run. */
export function Explanation({ of }: { readonly of: ValidateAnswer | undefined }) {
  const sentences = of?.explanation?.split("\n") ?? [];
  const [means, ...runs] = sentences;
  return (
    <section class="panel explanation">
      <div class="panel-head">
        <h2>What it means</h2>
      </div>
      <div class="panel-body">
        {means === undefined ? (
          <p class="muted">A rule without errors is explained here, in words.</p>
        ) : (
          <>
            <p>{means}</p>
            <h3>How it will run</h3>
            {runs.map((sentence) => (
              <p key={sentence} class="muted">
                {sentence}
              </p>
            ))}
            {of?.not_pushed_down.map((item) => (
              <p key={item.predicate} class="muted">
                <code>{item.predicate}</code>: {item.reason}
              </p>
            ))}
            {of?.witness_query != null && (
              <details class="queries">
                <summary>The query to Tempo</summary>
                <pre class="code-block">{of.witness_query}</pre>
              </details>
            )}
          </>
        )}
      </div>
    </section>
  );
}
