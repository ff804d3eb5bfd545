import type { ViolationAnswer } from "@betrace/contracts";
import { Severity } from "../parts/labels.js";
import { duration, stamp } from "../time/format.js";

/** Violations as rows; the moment of each is the link that opens its trace. */
export function ViolationTable(props: {
  readonly items: readonly ViolationAnswer[];
  readonly showRule: boolean;
  readonly hrefOf: (violation: ViolationAnswer) => string;
  /** Leaves out what is the same for all that one unsaved rule finds. */
  readonly compact?: boolean;
  /** The one whose trace is open. */
  readonly openId?: string | undefined;
}) {
  const { items, showRule, hrefOf, compact = false, openId } = props;
  const nowMs = Date.now();
  return (
    <div class="table-scroll">
      <table class="violations">
        <thead>
          <tr>
            <th scope="col">When, UTC</th>
            {!compact && <th scope="col">Severity</th>}
            {showRule && <th scope="col">Rule</th>}
            <th scope="col">Service</th>
            {!compact && <th scope="col">What</th>}
            <th scope="col" class="number">
              Span took
            </th>
            <th scope="col">Trace</th>
          </tr>
        </thead>
        <tbody>
          {items.map((violation) => (
            <tr key={violation.violation_id} class={violation.violation_id === openId ? "open-row" : undefined}>
              <td class="when">
                <a href={hrefOf(violation)} title="Open its trace">
                  {stamp(violation.start_time, nowMs)}
                  <span class="muted">.{violation.start_time.slice(20, 23).padEnd(3, "0").replace("Z", "0")}</span>
                </a>
              </td>
              {!compact && (
                <td>
                  <Severity of={violation.severity} />
                </td>
              )}
              {showRule && <td>{violation.rule_name}</td>}
              <td>{violation.service ?? <span class="muted">unknown</span>}</td>
              {!compact && <td class="message">{withoutName(violation)}</td>}
              <td class="number">{duration(violation.duration_ms)}</td>
              <td>
                <code>{violation.trace_id.slice(0, 12)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The message begins with the rule's name, for those who read it in Tempo; here the name stands beside it. */
function withoutName({ message, rule_name }: ViolationAnswer): string {
  return message.startsWith(`${rule_name}: `) ? message.slice(rule_name.length + 2) : message;
}
