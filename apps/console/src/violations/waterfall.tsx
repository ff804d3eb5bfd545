import type { TraceAnswer, ViolationAnswer } from "@betrace/contracts";
import { useMemo, useState } from "preact/hooks";
import { queryValue, setQuery } from "../location.js";
import { Notice } from "../parts/notice.js";
import { counted, duration } from "../time/format.js";
import { serviceColours } from "./service-colour.js";
import { SpanFacts } from "./span-facts.js";
import { type WaterfallRow, waterfallRows } from "./waterfall-rows.js";

/** Rows drawn before a person asks for all: a browser draws some thousands of them slowly. */
const FIRST_ROWS = 400;

/** What a rule saw in a trace. */
export type Witnesses = Pick<ViolationAnswer, "span_id" | "witness_span_ids" | "witness_count">;

/** The spans of a trace over time, with those marked that made the rule speak. A click on one shows all that is known of it. */
export function Waterfall({
  trace,
  witnesses,
}: {
  readonly trace: TraceAnswer;
  readonly witnesses: Witnesses | undefined;
}) {
  const rows = useMemo(() => waterfallRows(trace.spans), [trace]);
  const colours = useMemo(() => serviceColours(rows.map((row) => row.span.service)), [rows]);
  const [all, setAll] = useState(false);
  const marked = new Set(witnesses?.witness_span_ids ?? []);
  const asked = queryValue("span");
  const chosen = asked ?? witnesses?.span_id;
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  const wholeMs = Math.max(...rows.map((row) => row.offsetMs + row.durationMs), 0);
  const hidden = rows.slice(shown.length).filter((row) => marked.has(row.span.span_id)).length;
  const chosenSpan = rows.find((row) => row.span.span_id === chosen)?.span;
  return (
    <>
      {trace.cut !== null && (
        <Notice kind="warn" title="This is not the whole trace">
          <p>{trace.cut}</p>
        </Notice>
      )}
      {asked !== undefined && chosenSpan === undefined && (
        <Notice kind="warn" title="This span is not here">
          <p>
            The address asks for the span “{asked}”, which{" "}
            {trace.cut === null ? "this trace does not have" : "is not in this part of the trace"}.
          </p>
        </Notice>
      )}
      <div class="waterfall-scroll">
        <div class="waterfall-scale" aria-hidden="true">
          <span>{counted(trace.span_count, "span")}</span>
          <span class="scale">
            {[0, 0.25, 0.5, 0.75, 1].map((part) => (
              <span key={part} style={{ left: `${part * 100}%` }}>
                {part === 0 ? "0" : duration(wholeMs * part)}
              </span>
            ))}
          </span>
        </div>
        <ol class="waterfall">
          {shown.map((row) => (
            <Row
              key={row.span.span_id}
              row={row}
              colour={colours.get(row.span.service) ?? ""}
              marked={marked.has(row.span.span_id)}
              offending={row.span.span_id === witnesses?.span_id}
              chosen={row.span.span_id === chosen}
            />
          ))}
        </ol>
      </div>
      {shown.length < rows.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show the other {counted(rows.length - shown.length, "span")}
          {hidden > 0 && `, ${hidden} of them marked`}
        </button>
      )}
      {chosenSpan !== undefined && <SpanFacts span={chosenSpan} />}
    </>
  );
}

function Row(props: {
  readonly row: WaterfallRow;
  readonly colour: string;
  readonly marked: boolean;
  readonly offending: boolean;
  readonly chosen: boolean;
}) {
  const { row, colour, marked, offending, chosen } = props;
  const { span } = row;
  return (
    <li class={`span-row${marked || offending ? " span-marked" : ""}`}>
      <button type="button" aria-pressed={chosen} onClick={() => setQuery({ span: span.span_id })}>
        <span class="span-name" style={{ paddingLeft: `${Math.min(row.depth, 20) * 14}px` }}>
          <span class="service-dot" style={{ background: colour }} />
          <span class="span-service">{span.service ?? "unknown"}</span>
          <span class="span-title">{span.name}</span>
          {span.status === "error" && <span class="pill bad">error</span>}
          {marked || offending ? <span class="pill mark-pill">{offending ? "offending" : "witness"}</span> : null}
          {row.orphan && <span class="muted span-note">parent missing</span>}
        </span>
        <span class="span-track">
          <span
            class="span-bar"
            style={{
              left: `${row.from * 100}%`,
              width: `max(2px, ${row.length * 100}%)`,
              ...(marked || offending ? {} : { background: colour }),
            }}
          />
          <span
            class={`span-length${row.from + row.length > 0.86 ? " span-length-before" : ""}`}
            style={{ left: `${(row.from + row.length > 0.86 ? row.from : row.from + row.length) * 100}%` }}
          >
            {duration(row.durationMs)}
          </span>
        </span>
      </button>
    </li>
  );
}
