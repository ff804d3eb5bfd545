import type { ProblemItem, ValidateAnswer } from "@betrace/contracts";
import { Icon } from "../parts/icon.js";
import type { Resource } from "../resource.js";

/** In a word or two, whether the text is a rule. */
export function Verdict({ of, settled }: { readonly of: Resource<ValidateAnswer>; readonly settled: boolean }) {
  if (of.error !== undefined) return <span class="pill warn">cannot be checked now</span>;
  if (of.data === undefined || !settled) return <span class="pill quiet">checking</span>;
  if (of.data.valid) {
    return (
      <span class="pill good">
        <Icon name="check" /> valid
      </span>
    );
  }
  const { length } = of.data.errors;
  return <span class="pill bad">{length === 1 ? "1 error" : `${length} errors`}</span>;
}

/** Everything that is wrong with the text, with the place and what to do. */
export function Errors({ of }: { readonly of: readonly ProblemItem[] }) {
  if (of.length === 0) return null;
  return (
    <ul class="errors">
      {of.map((error) => (
        <li key={`${error.line}:${error.column}:${error.code}`}>
          <code>
            {error.line}:{error.column}
          </code>
          <span>
            {error.message}
            {error.hint !== undefined && <strong class="hint"> {capital(error.hint)}</strong>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
