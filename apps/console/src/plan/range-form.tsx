import { useEffect, useState } from "preact/hooks";
import { setQuery } from "../location.js";
import { inputOf, PRESETS, type Range, type RangeWords } from "../time/range.js";

const NONE = { last: undefined, since: undefined, start: undefined, end: undefined };

/** Three ways to say a range: a preset, since a moment, or from one to another. What is chosen stands in the address. */
export function RangeForm({ words, range }: { readonly words: RangeWords; readonly range: Range | string }) {
  const fixed = words.start !== undefined || words.end !== undefined;
  const preset = words.since === undefined && !fixed ? (words.last ?? "24h") : undefined;
  const known = typeof range === "string" ? undefined : range;
  const start = words.start ?? (known === undefined ? "" : inputOf(known.startMs));
  const end = words.end ?? (known === undefined ? "" : inputOf(known.endMs));
  return (
    <div class="range-form">
      <fieldset class="presets">
        <legend>The last</legend>
        {PRESETS.map(({ last, label }) => (
          <button key={last} type="button" aria-pressed={preset === last} onClick={() => setQuery({ ...NONE, last })}>
            {label}
          </button>
        ))}
      </fieldset>
      <Since value={words.since} />
      <div class="from-to">
        <div class="field">
          <label for="range-start">From, UTC</label>
          <input
            id="range-start"
            type="datetime-local"
            step="1"
            value={calendar(start)}
            onChange={(event) => setQuery({ ...NONE, start: `${event.currentTarget.value}Z`, end: zoned(end) })}
          />
        </div>
        <div class="field">
          <label for="range-end">To, UTC</label>
          <input
            id="range-end"
            type="datetime-local"
            step="1"
            value={calendar(end)}
            onChange={(event) => setQuery({ ...NONE, start: zoned(start), end: `${event.currentTarget.value}Z` })}
          />
        </div>
      </div>
      {typeof range === "string" && (
        <p class="range-wrong" role="alert">
          {range}
        </p>
      )}
    </div>
  );
}

function Since({ value }: { readonly value: string | undefined }) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  return (
    <form
      class="field since"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") setQuery({ ...NONE, since: text.trim() });
      }}
    >
      <label for="range-since">Since a deploy until now</label>
      <div class="since-row">
        <input
          id="range-since"
          type="text"
          value={text}
          placeholder="14:20, 2h ago, or a pasted time"
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" disabled={text.trim() === ""} aria-pressed={value !== undefined}>
          Since then
        </button>
      </div>
    </form>
  );
}

/** The address may hold any moment; the input takes only its own form of it. */
function calendar(text: string): string {
  const ms = Date.parse(text.endsWith("Z") || /[+-]\d{2}:\d{2}$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? "" : inputOf(ms);
}

function zoned(text: string): string {
  const shown = calendar(text);
  return shown === "" ? "" : `${shown}Z`;
}
