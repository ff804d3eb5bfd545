import { useState } from "preact/hooks";
import "../style/violations.css";
import { api } from "../api/api.js";
import { useKnown } from "../editor/use-known.js";
import { hrefWith, queryValue } from "../location.js";
import { Load } from "../parts/load.js";
import { useTitle } from "../parts/use-title.js";
import { paths } from "../place.js";
import { useResource } from "../resource.js";
import { Detail } from "../violations/detail.js";
import { Filters } from "../violations/filters.js";
import { ViolationTable } from "../violations/table.js";

const FILTERS = ["rule", "service", "severity", "order", "start", "end"] as const;

/** Stored violations, and the trace of one of them. */
export function ViolationsPage() {
  useTitle("Violations");
  const rules = useResource((signal) => api.rules(undefined, signal), []);
  const known = useKnown();
  const traceId = queryValue("trace");
  const values = Object.fromEntries(FILTERS.map((name) => [name, queryValue(name)]));
  const asked = JSON.stringify(values);
  const [more, setMore] = useState<{ readonly asked: string; readonly cursors: readonly string[] }>({
    asked,
    cursors: [],
  });
  const cursors = more.asked === asked ? more.cursors : [];
  const violations = useResource(
    async (signal) => {
      const { rule, ...rest } = values;
      const filter = { ...rest, rule_id: rule };
      const pages = await Promise.all(
        [undefined, ...cursors].map((cursor) => api.violations({ ...filter, cursor }, signal)),
      );
      return { items: pages.flatMap((page) => page.items), next: pages.at(-1)?.next_cursor ?? null };
    },
    [asked, cursors.length],
  );
  const open = violations.data?.items.find((violation) => violation.trace_id === traceId);
  const narrowed = FILTERS.some((name) => name !== "order" && values[name] !== undefined);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Violations</h1>
      </div>
      <Filters rules={rules.data?.items ?? []} services={known?.services ?? []} />
      {traceId !== undefined && <Detail key={traceId} traceId={traceId} violation={open} />}
      <Load of={violations} what="the violations" lines={12}>
        {({ items, next }) => (
          <>
            {items.length === 0 && next === null ? (
              <div class="panel empty-box">
                <strong>{narrowed ? "None that match" : "No violations yet"}</strong>
                <p>
                  {narrowed
                    ? "Nothing stored fits these filters. Whether there was anything to find, the replay of that time says."
                    : "They appear here as replays find them."}
                </p>
                {!narrowed && <a href={paths.home}>Replay a rule</a>}
              </div>
            ) : (
              <div class="panel">
                <ViolationTable
                  items={items}
                  showRule={values.rule === undefined}
                  openId={open?.violation_id}
                  hrefOf={(violation) => hrefWith({ trace: violation.trace_id, span: undefined })}
                />
              </div>
            )}
            {next !== null && (
              <button type="button" class="more" onClick={() => setMore({ asked, cursors: [...cursors, next] })}>
                {items.length === 0 ? "None among the first 10,000: look further" : "More"}
              </button>
            )}
          </>
        )}
      </Load>
    </div>
  );
}
