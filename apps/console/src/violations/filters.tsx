import { type RuleAnswer, SEVERITIES } from "@betrace/contracts";
import { queryValue, setQuery } from "../location.js";
import { inputOf } from "../time/range.js";

/** What the table is narrowed to; every choice stands in the address at once. */
export function Filters({
  rules,
  services,
}: {
  readonly rules: readonly RuleAnswer[];
  readonly services: readonly string[];
}) {
  const change = (name: string, value: string) => setQuery({ [name]: value, trace: undefined, span: undefined });
  const chosen = ["rule", "service", "severity", "start", "end"].filter((name) => queryValue(name) !== undefined);
  return (
    <div class="filters">
      <div class="field">
        <label for="filter-rule">Rule</label>
        <select
          id="filter-rule"
          value={queryValue("rule") ?? ""}
          onChange={(event) => change("rule", event.currentTarget.value)}
        >
          <option value="">all rules</option>
          {rules.map((rule) => (
            <option key={rule.id} value={rule.id}>
              {rule.name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="filter-service">Service</label>
        <input
          id="filter-service"
          list="known-services"
          placeholder="all services"
          value={queryValue("service") ?? ""}
          onChange={(event) => change("service", event.currentTarget.value.trim())}
        />
        <datalist id="known-services">
          {services.map((service) => (
            <option key={service} value={service} />
          ))}
        </datalist>
      </div>
      <div class="field">
        <label for="filter-severity">Severity</label>
        <select
          id="filter-severity"
          value={queryValue("severity")?.toLowerCase() ?? ""}
          onChange={(event) => change("severity", event.currentTarget.value)}
        >
          <option value="">all</option>
          {SEVERITIES.toReversed().map((severity) => (
            <option key={severity}>{severity}</option>
          ))}
        </select>
      </div>
      <Moment name="start" label="From, UTC" onChange={change} />
      <Moment name="end" label="To, UTC" onChange={change} />
      <div class="field">
        <label for="filter-order">First</label>
        <select
          id="filter-order"
          value={queryValue("order") ?? ""}
          onChange={(event) => change("order", event.currentTarget.value)}
        >
          <option value="">newest</option>
          <option value="oldest">oldest</option>
        </select>
      </div>
      <button
        type="button"
        class="quiet"
        disabled={chosen.length === 0}
        onClick={() => setQuery(Object.fromEntries([...chosen, "trace", "span"].map((name) => [name, undefined])))}
      >
        Clear
      </button>
    </div>
  );
}

function Moment(props: {
  readonly name: "start" | "end";
  readonly label: string;
  readonly onChange: (name: string, value: string) => void;
}) {
  const { name, label, onChange } = props;
  const ms = Date.parse(queryValue(name) ?? "");
  return (
    <div class="field">
      <label for={`filter-${name}`}>{label}</label>
      <input
        id={`filter-${name}`}
        type="datetime-local"
        step="1"
        value={Number.isNaN(ms) ? "" : inputOf(ms)}
        onChange={(event) => onChange(name, event.currentTarget.value === "" ? "" : `${event.currentTarget.value}Z`)}
      />
    </div>
  );
}
