import type { ReplayAnswer } from "@betrace/contracts";
import { count, span } from "../time/format.js";
import type { Slice } from "./slices.js";

/** The bars of the timeline as rows, for those who cannot use the drawing, or want the numbers. */
export function Buckets({
  replay,
  hrefOf,
}: {
  readonly replay: ReplayAnswer;
  readonly hrefOf: (slice: Slice) => string;
}) {
  if (replay.buckets.length === 0) return null;
  return (
    <details class="buckets">
      <summary>The same as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="number">
              Violations
            </th>
          </tr>
        </thead>
        <tbody>
          {replay.buckets.map((bucket) => (
            <tr key={bucket.start_time}>
              <td>{span(bucket.start_time, bucket.end_time, Date.now())}</td>
              <td class="number">
                <a
                  href={hrefOf({
                    startMs: Date.parse(bucket.start_time),
                    endMs: Date.parse(bucket.end_time),
                    violations: bucket.violations,
                  })}
                >
                  {count(bucket.violations)}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
