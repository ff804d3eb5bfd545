import { DEFAULT_SEVERITY, type RuleAnswer } from "@betrace/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import "../style/rule.css";
import "../style/violations.css";
import { api } from "../api/api.js";
import { useKnown } from "../editor/use-known.js";
import { go, queryValue, setQuery } from "../location.js";
import { Icon } from "../parts/icon.js";
import { Failed, Loading } from "../parts/load.js";
import { useLazy } from "../parts/use-lazy.js";
import { useSettled } from "../parts/use-settled.js";
import { useTitle } from "../parts/use-title.js";
import { paths } from "../place.js";
import { type Resource, useResource } from "../resource.js";
import { DetailsForm } from "../rule/details-form.js";
import { changesOf, creationOf, type Draft, draftOf } from "../rule/draft.js";
import { Explanation } from "../rule/explanation.js";
import { History } from "../rule/history.js";
import { TryIt } from "../rule/try-it.js";
import { Errors, Verdict } from "../rule/verdict.js";
import { TEMPLATES } from "./templates.js";

const CHECK_AFTER_MS = 200;
const KEEP_AFTER_MS = 400;
const loadEditor = () => import("../editor/rule-editor.js").then((module) => module.RuleEditor);

/** A rule in the making (`ruleId` undefined) or one that is saved. An unsaved text stands in the address, so that it can be kept and sent on. */
export function RulePage({ ruleId }: { readonly ruleId: string | undefined }) {
  const rule = useResource((signal) => (ruleId === undefined ? undefined : api.rule(ruleId, signal)), [ruleId]);
  useTitle(ruleId === undefined ? "New rule" : (rule.data?.name ?? ruleId));
  if (ruleId !== undefined && rule.data === undefined) {
    return (
      <div class="page">
        {rule.error === undefined ? (
          <Loading what="the rule" lines={9} />
        ) : (
          <Failed error={rule.error} what="the rule" onRetry={rule.reload} />
        )}
      </div>
    );
  }
  return <RuleForm saved={rule} />;
}

function RuleForm({ saved }: { readonly saved: Resource<RuleAnswer> }) {
  const rule = saved.data;
  const [draft, setDraft] = useState<Draft>(() => firstDraft(rule));
  const [taken, setTaken] = useState<{ readonly text: string }>();
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const changes = rule === undefined ? creationOf(draft) : changesOf(draft, rule);
  useUnsavedInAddress(draft, rule);

  const asked = useSettled(draft.dsl, CHECK_AFTER_MS);
  const validation = useResource((signal) => api.validate(asked, signal), [asked]);
  const checked = useChecked(validation, asked);
  const settled = checked?.dsl === draft.dsl;
  const valid = settled && checked.answer.valid;
  const known = useKnown();
  const Editor = useLazy(loadEditor);
  const saving = useSaving(draft, rule, (after) => {
    // The rule's text may bring annotations of its own, or have lost some.
    change({ annotations: Object.entries(after.annotations) });
    saved.reload();
  });

  return (
    <div class="page rule-page">
      <form
        class="page-head"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid && changes !== undefined) saving.save();
        }}
      >
        <h1 class="name-head">
          <label class="hidden" for="rule-name">
            Name of the rule
          </label>
          <input
            id="rule-name"
            class="name"
            required
            maxLength={200}
            placeholder="Name the rule"
            autocomplete="off"
            value={draft.name}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
        </h1>
        {rule !== undefined && <span class="muted">v{rule.version}</span>}
        {rule !== undefined && <DeleteButton rule={rule} />}
        {rule !== undefined && (
          <a class="button" href={paths.plan(rule.id)}>
            <Icon name="play" /> Replay
          </a>
        )}
        <button type="submit" class="primary" disabled={!valid || changes === undefined || saving.busy}>
          {saving.busy ? "Saving" : rule !== undefined && changes === undefined ? "Saved" : "Save"}
        </button>
      </form>
      {saving.error !== undefined && <Failed error={saving.error} what="the rule" />}
      <div class="rule-columns">
        <div class="column">
          <section class="panel editor-panel" aria-label="The rule's text">
            <div class="panel-head">
              <h2>Rule</h2>
              <span id="rule-verdict" aria-live="polite">
                <Verdict of={validation} settled={settled} />
              </span>
            </div>
            <div class="editor-room">
              {Editor !== undefined && (
                <Editor
                  initial={draft.dsl}
                  replacement={taken}
                  onChange={(dsl) => change({ dsl })}
                  errors={checked?.answer.errors ?? []}
                  errorsOf={checked?.dsl ?? ""}
                  known={known}
                />
              )}
            </div>
            <Errors of={settled ? checked.answer.errors : []} />
          </section>
          <TryIt dsl={draft.dsl} valid={settled ? valid : undefined} />
        </div>
        <div class="column">
          <Explanation of={checked?.answer} />
          <DetailsForm draft={draft} onChange={change} />
        </div>
      </div>
      {rule !== undefined && <History rule={rule} onTake={(text) => setTaken({ text })} />}
    </div>
  );
}

/** What is in the address goes before what is saved; a new rule begins with its template. */
function firstDraft(rule: RuleAnswer | undefined): Draft {
  const template = TEMPLATES.find(({ id }) => id === queryValue("template"));
  const empty: Draft = {
    name: "",
    description: "",
    dsl: "",
    severity: DEFAULT_SEVERITY,
    enabled: true,
    annotations: [],
  };
  const base = rule !== undefined ? draftOf(rule) : template === undefined ? empty : { ...empty, ...pick(template) };
  return { ...base, name: queryValue("name") ?? base.name, dsl: queryValue("dsl") ?? base.dsl };
}

function pick({ name, dsl, severity }: (typeof TEMPLATES)[number]): Partial<Draft> {
  return { name, dsl, severity };
}

function useUnsavedInAddress(draft: Draft, rule: RuleAnswer | undefined): void {
  const text = useSettled(draft.dsl, KEEP_AFTER_MS);
  const name = useSettled(draft.name, KEEP_AFTER_MS);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    setQuery({
      dsl: text === rule?.dsl ? undefined : text,
      name: name === rule?.name ? undefined : name,
    });
  }, [text, name, rule]);
}

/** The last answer together with the text that it is about. */
function useChecked(validation: Resource<Awaited<ReturnType<typeof api.validate>>>, asked: string) {
  const [checked, setChecked] = useState<{
    readonly dsl: string;
    readonly answer: Awaited<ReturnType<typeof api.validate>>;
  }>();
  useEffect(() => {
    if (validation.data !== undefined && !validation.loading) setChecked({ dsl: asked, answer: validation.data });
  }, [validation.data, validation.loading]);
  return checked;
}

function useSaving(draft: Draft, rule: RuleAnswer | undefined, onSaved: (after: RuleAnswer) => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      if (rule === undefined) {
        const made = await api.createRule(creationOf(draft));
        go(paths.rule(made.id), { replace: true });
      } else {
        const changes = changesOf(draft, rule);
        if (changes !== undefined) onSaved(await api.updateRule(rule.id, changes));
      }
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, save };
}

function DeleteButton({ rule }: { readonly rule: RuleAnswer }) {
  const [error, setError] = useState<string>();
  const remove = async () => {
    if (!window.confirm(`Delete “${rule.name}”? Its replays and violations stay until their retention is over.`))
      return;
    try {
      await api.deleteRule(rule.id);
      go(paths.home);
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  return (
    <>
      {error !== undefined && (
        <span class="refused" role="alert">
          {error}
        </span>
      )}
      <button type="button" class="quiet danger" onClick={remove}>
        Delete
      </button>
    </>
  );
}
