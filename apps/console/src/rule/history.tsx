import type { RuleAnswer } from "@betrace/contracts";
import { api } from "../api/api.js";
import { hrefWith, queryValue } from "../location.js";
import { Severity } from "../parts/labels.js";
import { Load } from "../parts/load.js";
import { useLazy } from "../parts/use-lazy.js";
import { useResource } from "../resource.js";
import { stamp } from "../time/format.js";

const loadDiff = () => import("../editor/diff.js").then((module) => module.Diff);

/** The versions of a rule, and what each changed; `?version=` in the address opens one. */
export function History({ rule, onTake }: { readonly rule: RuleAnswer; readonly onTake: (dsl: string) => void }) {
  const versions = useResource((signal) => api.versions(rule.id, signal), [rule.id, rule.version]);
  const asked = queryValue("version");
  const chosen = Number(asked ?? Number.NaN);
  const Diff = useLazy(loadDiff);
  return (
    <section class="panel" aria-label="History">
      <div class="panel-head">
        <h2>History</h2>
      </div>
      <Load of={versions} what="the versions" lines={2}>
        {({ items }) => {
          const ordered = [...items].sort((a, b) => b.version - a.version);
          const at = ordered.findIndex((version) => version.version === chosen);
          const shown = ordered[at];
          const before = ordered[at + 1];
          return (
            <div class="history">
              <ol class="versions">
                {ordered.map((version) => (
                  <li key={version.version}>
                    <a
                      href={hrefWith({ version: version.version === chosen ? undefined : String(version.version) })}
                      aria-current={version.version === chosen ? "true" : undefined}
                    >
                      <strong>v{version.version}</strong>
                      <span class="muted">{stamp(version.created_at, Date.now())} UTC</span>
                      <Severity of={version.severity} />
                    </a>
                  </li>
                ))}
              </ol>
              <div class="version">
                {shown === undefined ? (
                  <p class="muted">
                    {asked !== undefined
                      ? `There is no version “${asked}” of this rule.`
                      : ordered.length === 1
                        ? "This is the first version. Every change of the text, the name, the severity or an annotation makes a new one; replays stay with theirs."
                        : "Choose a version to see what it changed."}
                  </p>
                ) : (
                  <>
                    <div class="version-head">
                      <p class="muted">
                        {before === undefined
                          ? `v${shown.version}, the first`
                          : `v${before.version} → v${shown.version}`}
                        {before !== undefined &&
                          before.name !== shown.name &&
                          ` · named “${shown.name}”, before “${before.name}”`}
                        {before !== undefined &&
                          before.severity !== shown.severity &&
                          ` · severity ${before.severity} → ${shown.severity}`}
                        {before !== undefined && before.dsl === shown.dsl && " · the text is the same"}
                      </p>
                      {shown.version !== rule.version && (
                        <button type="button" onClick={() => onTake(shown.dsl)}>
                          Put this text into the editor
                        </button>
                      )}
                    </div>
                    {Diff !== undefined && <Diff before={before?.dsl ?? shown.dsl} after={shown.dsl} />}
                  </>
                )}
              </div>
            </div>
          );
        }}
      </Load>
    </section>
  );
}
