import type { RuleAnswer } from "@betrace/contracts";
import { useState } from "preact/hooks";
import { api } from "../api/api.js";
import { Icon } from "../parts/icon.js";
import { Severity, Status } from "../parts/labels.js";
import { Load } from "../parts/load.js";
import { SparkLine } from "../parts/spark-line.js";
import { useTitle } from "../parts/use-title.js";
import { paths, withQuery } from "../place.js";
import { useResource } from "../resource.js";
import { ago, counted, span, stamp } from "../time/format.js";
import { TEMPLATES } from "./templates.js";

/** Rules, each with what its last replay found. */
export function Home() {
  useTitle("Rules");
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const rules = useResource(
    async (signal) => {
      const pages = await Promise.all(cursors.map((cursor) => api.rules(cursor, signal)));
      return { items: pages.flatMap((page) => page.items), next: pages.at(-1)?.next_cursor ?? null };
    },
    [cursors],
  );
  const none = rules.data?.items.length === 0;
  return (
    <div class="page">
      <div class="page-head">
        <h1>{none ? "Ask when it started" : "Rules"}</h1>
        <a class="button primary" href={paths.newRule}>
          <Icon name="plus" /> New rule
        </a>
      </div>
      <Load of={rules} what="the rules" lines={8}>
        {({ items, next }) =>
          items.length === 0 ? (
            <NoRules />
          ) : (
            <>
              <ul class="rows">
                {items.map((rule) => (
                  <RuleRow key={rule.id} rule={rule} />
                ))}
              </ul>
              {next !== null && (
                <button type="button" onClick={() => setCursors([...cursors, next])}>
                  More rules
                </button>
              )}
            </>
          )
        }
      </Load>
    </div>
  );
}

function RuleRow({ rule }: { readonly rule: RuleAnswer }) {
  const last = rule.last_replay;
  const nowMs = Date.now();
  return (
    <li class="row rule-row">
      <div class="rule-what">
        <a class="row-title" href={paths.rule(rule.id)}>
          {rule.name}
        </a>
        <div class="row-sub">
          <Severity of={rule.severity} />
          <span>v{rule.version}</span>
          {!rule.enabled && <span class="pill quiet">disabled</span>}
        </div>
        <code class="rule-dsl">{rule.dsl.replace(/\s+/g, " ")}</code>
      </div>
      {last === null ? (
        <p class="rule-last muted">Never replayed.</p>
      ) : (
        <a class="rule-last" href={paths.replay(last.replay_id)} title={span(last.start_time, last.end_time, nowMs)}>
          <SparkLine of={last} />
          <span class="rule-last-words">
            <strong>{counted(last.violations_found, "violation")}</strong>
            {last.first_violation_at !== null && (
              <span class="row-sub">since {stamp(last.first_violation_at, nowMs)} UTC</span>
            )}
            <span class="row-sub">
              <Status of={last.status} incomplete={last.incomplete_window_count} />
              <span>{ago(last.created_at, nowMs)}</span>
            </span>
          </span>
        </a>
      )}
      <a class="button" href={paths.plan(rule.id)} aria-label={`Replay ${rule.name}`}>
        <Icon name="play" /> Replay
      </a>
    </li>
  );
}

function NoRules() {
  return (
    <>
      <p class="lead">
        Write down how a trace must not look, and replay that rule over the traces that Tempo already holds: when it
        began, how often it happened, and whether the fix held. Begin with one of these, or with an empty one.
      </p>
      <ul class="cards">
        {TEMPLATES.map((template) => (
          <li key={template.id}>
            <a class="card" href={withQuery(paths.newRule, { template: template.id })}>
              <span class="card-title">{template.title}</span>
              <code>{template.dsl}</code>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
