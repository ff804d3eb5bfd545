import { must, type Row } from "../row.js";
import { runSeeds } from "../simulation/run-seeds.js";

/** Everything around the ledger on one seeded thread, with a fault at every step. */
export const simulation: Row = {
  id: "S",
  title: "the planner, the ledger, the queue and the reconciler, simulated",
  async run({ seed, scale }) {
    const count = scale === "short" ? 300 : 10_000;
    const report = await runSeeds(Array.from({ length: count }, (_, index) => seed + index));
    must(report.broken.length === 0, report.broken.join("\n\n"));
    const faults = Object.entries(report.faults).map(([name, times]) => `${name} ${times}`);
    const states = Object.entries(report.states).map(([state, times]) => `${state} ${times}`);
    return [
      `${report.seeds} seeds, ${report.steps} steps, 0 promises broken`,
      `replays: ${states.join(", ")}; writes rejected as stale: ${report.staleWrites}`,
      `injected: ${faults.join(", ")}`,
    ];
  },
};
