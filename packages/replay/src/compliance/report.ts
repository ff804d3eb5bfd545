import { type ComplianceOutcome, controlsOf } from "@betrace/contracts";
import { LIMITS } from "../limits.js";
import type { PinnedRule, ReplayStatus } from "../replay.js";
import type { Replays } from "../replays.js";
import type { Page, PageRequest, StoredRule } from "../rules/rule.js";
import type { RuleStore } from "../rules/store.js";
import { readInFull } from "./read-in-full.js";
import { overlap, type TimeWindow, without } from "./windows.js";

/** Where the evidence is read from. */
export interface ComplianceSources {
  readonly rules: Pick<RuleStore, "list">;
  readonly replays: Pick<Replays, "list" | "replayViolations">;
}

/** One version of one rule that carries controls of the framework, and what is known of it in the period. */
export interface RuleEvidence {
  readonly rule: PinnedRule;
  /** Of the framework, in order. */
  readonly controls: readonly string[];
  /** The rule as it stands, where this is its current version. */
  readonly current: StoredRule | undefined;
  readonly outcome: ComplianceOutcome;
  /** By when they happened; each trace once, however many replays found it. */
  readonly violations: {
    readonly count: number;
    /** False: at least so many. */
    readonly exact: boolean;
    /** Of those that are stored. */
    readonly firstNs: bigint | undefined;
    readonly lastNs: bigint | undefined;
  };
  /** Parts of the period that no replay of this version read in full, in order of time. */
  readonly notRead: readonly TimeWindow[];
  /** That reach into the period, newest first. */
  readonly replays: readonly ReplayStatus[];
}

/** Evidence for a framework. */
export interface ComplianceEvidence {
  readonly evidence: readonly RuleEvidence[];
  /** There are more replays than are looked at; the oldest are left out, which can only make less evidence. */
  readonly replaysLeftOut: boolean;
}

/**
 * Gathers what the ledger knows of every rule version that carries controls of a framework: the rules as they stand,
 * and the versions that replays of the period are pinned to. `no_violations` is said only where every part of the
 * period was read in full; what was left out or cut makes an answer `incomplete`, never better.
 *
 * Cost: one read for each of the newest {@link LIMITS.maxReplaysPerReport} replays, and of at most
 * {@link LIMITS.maxViolationsPerReport} stored violations.
 */
export async function gatherEvidence(
  { rules, replays }: ComplianceSources,
  framework: string,
  period: TimeWindow,
): Promise<ComplianceEvidence> {
  const subjects = new Map<string, Subject>();
  const subjectOf = (rule: PinnedRule): Subject | undefined => {
    const controls = controlsOf(rule.annotations, framework);
    if (controls === undefined) return undefined;
    const key = `${rule.ruleId} ${rule.ruleVersion}`;
    const subject = subjects.get(key) ?? { rule, controls, current: undefined, replays: [], found: noneFound() };
    subjects.set(key, subject);
    return subject;
  };

  for await (const rule of itemsOf((page) => rules.list(page), Number.POSITIVE_INFINITY)) {
    const subject = subjectOf({ ...rule, ruleId: rule.id, ruleVersion: rule.version });
    if (subject !== undefined) subject.current = rule;
  }

  let looked = 0;
  let violationsLeft: number = LIMITS.maxViolationsPerReport;
  for await (const replay of itemsOf((page) => replays.list(page), LIMITS.maxReplaysPerReport)) {
    looked++;
    if (!overlap(replay, period)) continue;
    const pinned = replay.rules.flatMap((rule) => {
      const subject = subjectOf(rule);
      return subject === undefined ? [] : [{ subject, violationsFound: rule.violationsFound }];
    });
    if (pinned.length === 0) continue;
    const read = await addViolations(replay, period, violationsLeft, replays, subjects);
    violationsLeft -= read;
    const inside = replay.startNs >= period.startNs && replay.endNs <= period.endNs;
    for (const { subject, violationsFound } of pinned) {
      subject.replays.push(replay);
      if (read < replay.violationsFound && violationsFound > 0) subject.found.exact = false;
      if (inside) subject.found.atLeast = Math.max(subject.found.atLeast, violationsFound);
    }
  }
  const evidence = [...subjects.values()].map((subject) => evidenceOf(subject, period));
  return {
    evidence: evidence.sort((a, b) => byRule(a.rule, b.rule)),
    replaysLeftOut: looked >= LIMITS.maxReplaysPerReport,
  };
}

interface Subject {
  readonly rule: PinnedRule;
  readonly controls: readonly string[];
  current: StoredRule | undefined;
  readonly replays: ReplayStatus[];
  readonly found: Found;
}

interface Found {
  readonly ids: Set<string>;
  firstNs: bigint | undefined;
  lastNs: bigint | undefined;
  /** What a replay that lies within the period counted, stored or not. */
  atLeast: number;
  exact: boolean;
}

function noneFound(): Found {
  return { ids: new Set(), firstNs: undefined, lastNs: undefined, atLeast: 0, exact: true };
}

/** Adds a replay's stored violations to their rules. @returns how many were read, of all its rules and times. */
async function addViolations(
  replay: ReplayStatus,
  period: TimeWindow,
  most: number,
  replays: ComplianceSources["replays"],
  subjects: ReadonlyMap<string, Subject>,
): Promise<number> {
  let read = 0;
  for await (const violation of itemsOf((page) => replays.replayViolations(replay.replayId, page), most)) {
    read++;
    const { id, startNs, ruleId, ruleVersion } = violation;
    const found = subjects.get(`${ruleId} ${ruleVersion}`)?.found;
    if (found === undefined || startNs < period.startNs || startNs >= period.endNs) continue;
    found.ids.add(id);
    if (found.firstNs === undefined || startNs < found.firstNs) found.firstNs = startNs;
    if (found.lastNs === undefined || startNs > found.lastNs) found.lastNs = startNs;
  }
  return read;
}

function evidenceOf({ rule, controls, current, replays, found }: Subject, period: TimeWindow): RuleEvidence {
  const count = Math.max(found.ids.size, found.atLeast);
  const notRead = without(period, replays.flatMap(readInFull));
  return {
    rule,
    controls,
    current,
    outcome: outcomeOf(count, found.exact && notRead.length === 0, replays),
    violations: { count, exact: found.exact, firstNs: found.firstNs, lastNs: found.lastNs },
    notRead,
    replays,
  };
}

function outcomeOf(violations: number, everythingKnown: boolean, replays: readonly ReplayStatus[]): ComplianceOutcome {
  if (violations > 0) return "violations_found";
  if (replays.length === 0) return "not_run";
  if (!everythingKnown) return "incomplete";
  return replays.some((replay) => replay.tracesEvaluated > 0) ? "no_violations" : "no_traces";
}

/** By id, the newest version first. */
function byRule(a: PinnedRule, b: PinnedRule): number {
  if (a.ruleId !== b.ruleId) return a.ruleId < b.ruleId ? -1 : 1;
  return b.ruleVersion - a.ruleVersion;
}

/** The items of a list that comes in pages, at most so many. */
async function* itemsOf<T>(read: (page: PageRequest) => Promise<Page<T>>, most: number): AsyncGenerator<T> {
  let left = most;
  let cursor: string | undefined;
  while (left > 0) {
    const page = await read({ cursor, limit: Math.min(LIMITS.maxPageSize, left) });
    yield* page.items;
    left -= page.items.length;
    if (page.nextCursor === undefined) return;
    cursor = page.nextCursor;
  }
}
