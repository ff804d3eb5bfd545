import type { Violation } from "@betrace/contracts";
import { readyRules, scanShard, systemClock, tempoSource, type TraceSource } from "@betrace/replay";
import type { CompiledRule } from "@betrace/dsl";
import type { IncompleteWindow, TempoClient } from "@betrace/tempo";
import { scanWindow } from "@betrace/tempo";

/** A random rule with its number, which names it. */
export interface NumberedRule {
  readonly index: number;
  readonly dsl: string;
  readonly compiled: CompiledRule;
}

/** Half-open, Unix nanoseconds. */
export interface Window {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** What a replay of some rules over some windows found, one window after the other. */
export interface Found {
  readonly violations: readonly Violation[];
  readonly traces: number;
  readonly incomplete: readonly IncompleteWindow[];
  readonly fetchedById: number;
  readonly bulkRead: number;
  readonly requests: number;
  readonly plans: readonly string[];
}

export const ruleIdOf = (rule: NumberedRule): string => `fuzz-${rule.index}`;

/** Runs the rules as the worker runs a replay's shards: scan, decide, name the offending span. */
export async function replay(
  client: TempoClient,
  rules: readonly NumberedRule[],
  windows: readonly Window[],
): Promise<Found> {
  const compiled = new Map(rules.map((rule) => [rule.dsl, rule.compiled]));
  const pinned = rules.map((rule) => ({
    ruleId: ruleIdOf(rule),
    ruleVersion: 1,
    name: ruleIdOf(rule),
    dsl: rule.dsl,
    severity: "low" as const,
    annotations: {},
  }));
  const ready = readyRules(pinned, (dsl) => {
    const found = compiled.get(dsl);
    if (found === undefined) throw new Error(`a rule that was never compiled: ${dsl}`);
    return found;
  });
  const violations: Violation[] = [];
  const incomplete: IncompleteWindow[] = [];
  const plans: string[] = [];
  let [traces, fetchedById, bulkRead, requests] = [0, 0, 0, 0];
  const tempo = tempoSource(client);
  const source: TraceSource = {
    read: tempo.read,
    async scan(request) {
      const report = await scanWindow(client, request);
      fetchedById += report.fetchedById;
      bulkRead += report.bulkRead;
      requests += report.requests;
      plans.push(report.plan);
      return report;
    },
  };
  for (const { startNs, endNs } of windows) {
    const { tally, read } = await scanShard({
      source,
      rules: ready,
      replayId: "fuzz",
      startNs,
      endNs,
      grid: { firstNs: startNs, widthNs: endNs - startNs, count: 1 },
      clock: systemClock,
      signal: new AbortController().signal,
      maxTraces: Number.POSITIVE_INFINITY,
      onProgress: () => {},
      onViolations: async (batch) => {
        violations.push(...batch);
      },
    });
    traces += tally.traces;
    incomplete.push(...tally.result({ startNs, endNs }, read).incomplete);
  }
  return { violations, traces, incomplete, fetchedById, bulkRead, requests, plans };
}
