import type { ReplayAnswer, RuleAnswer } from "@betrace/contracts";

/** How bad a rule's violations are, in a colour and in the word. */
export function Severity({ of }: { readonly of: RuleAnswer["severity"] }) {
  return (
    <span class="severity" style={{ "--of": `var(--severity-${of})` }}>
      {of}
    </span>
  );
}

/** Where a replay stands. A completed one that could not read everything never looks like one that could. */
export function Status(props: {
  readonly of: ReplayAnswer["status"];
  readonly incomplete?: number;
  readonly cancelling?: boolean;
}) {
  const { of, incomplete = 0, cancelling = false } = props;
  if (of === "completed" && incomplete > 0) return <span class="pill warn">incomplete</span>;
  if (cancelling && of !== "cancelled") return <span class="pill quiet">cancelling</span>;
  const looks = {
    queued: "quiet",
    running: "live",
    paused: "warn",
    completed: "good",
    failed: "bad",
    cancelled: "quiet",
  };
  return <span class={`pill ${looks[of]}`}>{of}</span>;
}
