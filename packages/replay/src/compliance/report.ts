import { type ComplianceOutcome, controlsOf } from "@betrace/contracts";
import { LIMITS } from "../limits.js";
import type { PinnedRule, ReplayStatus } from "../replay.js";
import type { Replays } from "../replays.js";
import type { Page, PageRequest, StoredRule } from "../rules/rule.js";
import type { RuleStore } from "../rules/store.js";
import { closed, isIn, type Period, reachesInto, windowOf } from "./period.js";
import { readInFull } from "./read-in-full.js";
import { type TimeWindow, without } from "./windows.js";

/** Where the evidence is read from. */
export interface ComplianceSources {
  readonly rules: Pick<RuleStore, "list">;
  readonly replays: Pick<Replays, "list" | "violations" | "storedCounts">;
}

/** One version of one rule that carries controls of the framework, and what is known of it in the period. */
export interface RuleEvidence {
  readonly rule: PinnedRule;
  /** Of the framework, in order. */
  readonly controls: readonly string[];
  /** The rule as it stands, where this is its current version. */
  readonly current: StoredRule | undefined;
  readonly outcome: ComplianceOutcome;
  /** Those of the {@link Period}; each trace once, however many replays found it. */
  readonly violations: {
    readonly count: number;
    /** False: at least so many. */
    readonly exact: boolean;
    /** Of those that are stored. */
    readonly firstNs: bigint | undefined;
    readonly lastNs: bigint | undefined;
  };
  /** Parts of the period whose traces no replay of this version read in full, in order of time. */
  readonly notRead: readonly TimeWindow[];
  /** That reach into the period or found one of its violations, newest first. */
  readonly replays: readonly ReplayStatus[];
}

/** Evidence for a framework. */
export interface ComplianceEvidence {
  /**
   * What was asked for, with its open sides closed by what replays of these rules cover; still open if there are none.
   */
  readonly period: Period;
  readonly evidence: readonly RuleEvidence[];
  /** There are more replays than are looked at; the oldest are left out, which can only make less evidence. */
  readonly replaysLeftOut: boolean;
}

/**
 * Gathers what the ledger knows of every rule version that carries controls of a framework: the rules as they stand,
 * and the versions that replays of the period are pinned to. `no_violations` is said only if every trace that begins in
 * the period was read; what was left out or cut makes an answer `incomplete`, never better. See {@link Period} for what
 * belongs to it.
 *
 * Cost: one read for each of the newest {@link LIMITS.maxReplaysPerReport} replays, and of at most
 * {@link LIMITS.maxViolationsPerReport} stored violations.
 */
export async function gatherEvidence(
  { rules, replays }: ComplianceSources,
  framework: string,
  asked: Period,
  nowMs: number,
): Promise<ComplianceEvidence> {
  const subjects = new Map<string, Subject>();
  const subjectOf = (rule: PinnedRule): Subject | undefined => {
    const controls = controlsOf(rule.annotations, framework);
    if (controls === undefined) return undefined;
    const key = keyOf(rule);
    const subject = subjects.get(key) ?? { rule, controls, current: undefined, replays: [], found: noneFound() };
    subjects.set(key, subject);
    return subject;
  };

  for await (const rule of itemsOf((page) => rules.list(page), Number.POSITIVE_INFINITY)) {
    const subject = subjectOf({ ...rule, ruleId: rule.id, ruleVersion: rule.version });
    if (subject !== undefined) subject.current = rule;
  }
  const ofFramework: ReplayStatus[] = [];
  let looked = 0;
  for await (const replay of itemsOf((page) => replays.list(page), LIMITS.maxReplaysPerReport)) {
    looked++;
    const ran = replay.rules.map(subjectOf).filter((subject) => subject !== undefined);
    for (const subject of ran) subject.replays.push(replay);
    if (ran.length > 0) ofFramework.push(replay);
  }
  await addViolations(replays, subjects, asked);
  const period = closed(asked, ofFramework);
  return {
    period,
    evidence: [...subjects.values()]
      .map((subject) => evidenceOf(subject, asked, windowOf(period), nowMs))
      .filter(({ current, replays, violations }) => current !== undefined || replays.length > 0 || violations.count > 0)
      .sort((a, b) => byRule(a.rule, b.rule)),
    replaysLeftOut: looked >= LIMITS.maxReplaysPerReport,
  };
}

interface Subject {
  readonly rule: PinnedRule;
  readonly controls: readonly string[];
  current: StoredRule | undefined;
  /** All that ran it, newest first. */
  readonly replays: ReplayStatus[];
  readonly found: Found;
}

interface Found {
  readonly ids: Set<string>;
  /** The replays that found them first. */
  readonly by: Set<string>;
  firstNs: bigint | undefined;
  lastNs: bigint | undefined;
  /** False where some may have been stored and are not any more, or were not read. */
  complete: boolean;
}

function noneFound(): Found {
  return { ids: new Set(), by: new Set(), firstNs: undefined, lastNs: undefined, complete: true };
}

/** Adds the stored violations of a period to their rule versions. */
async function addViolations(
  replays: ComplianceSources["replays"],
  subjects: ReadonlyMap<string, Subject>,
  period: Period,
): Promise<void> {
  const ruleIds = [...new Set([...subjects.values()].map(({ rule }) => rule.ruleId))];
  const stored = await replays.storedCounts(ruleIds);
  let left: number = LIMITS.maxViolationsPerReport;
  for (const [index, ruleId] of ruleIds.entries()) {
    let complete =
      (stored[index] ?? 0) < LIMITS.maxStoredViolationsPerRule || (await keepsAll(replays, ruleId, period));
    for await (const violation of itemsOf((page) => replays.violations({ ruleId, ...period, ...page }), left + 1)) {
      if (left === 0) {
        complete = false;
        break;
      }
      left--;
      const { id, startNs, replayId } = violation;
      const found = subjects.get(keyOf(violation))?.found;
      if (found === undefined) continue;
      found.ids.add(id);
      found.by.add(replayId);
      if (found.firstNs === undefined || startNs < found.firstNs) found.firstNs = startNs;
      if (found.lastNs === undefined || startNs > found.lastNs) found.lastNs = startNs;
    }
    if (complete) continue;
    for (const { rule, found } of subjects.values()) if (rule.ruleId === ruleId) found.complete = false;
  }
}

/**
 * Of a rule that has as many violations as are stored, whether those of the period are among them: the oldest go first.
 */
async function keepsAll(replays: ComplianceSources["replays"], ruleId: string, { startNs }: Period): Promise<boolean> {
  const { items } = await replays.violations({ ruleId, order: "oldest", limit: 1 });
  const [oldest] = items;
  return oldest !== undefined && startNs !== undefined && oldest.startNs < startNs;
}

function evidenceOf(
  { rule, controls, current, replays: all, found }: Subject,
  asked: Period,
  window: TimeWindow | undefined,
  nowMs: number,
): RuleEvidence {
  const replays = all.filter((replay) => reachesInto(replay, asked) || found.by.has(replay.replayId));
  // What a replay counted, all of it in the period, was in it, stored or not.
  const counted = replays.filter(({ firstViolationNs: first, lastViolationNs: last }) => {
    return first !== undefined && last !== undefined && isIn(first, asked) && isIn(last, asked);
  });
  const count = Math.max(found.ids.size, ...counted.map((replay) => foundOf(replay, rule)));
  const outlived = replays.some((replay) => replay.violationsKeptUntilMs <= nowMs && foundOf(replay, rule) > 0);
  const exact = replays.length > 0 && found.complete && !outlived && count === found.ids.size;
  const notRead = window === undefined ? [] : without(window, replays.flatMap(readInFull));
  return {
    rule,
    controls,
    current,
    outcome: outcomeOf(count, exact && window !== undefined && notRead.length === 0, replays),
    violations: { count, exact, firstNs: found.firstNs, lastNs: found.lastNs },
    notRead,
    replays,
  };
}

function foundOf(replay: ReplayStatus, { ruleId, ruleVersion }: PinnedRule): number {
  const pinned = replay.rules.find((rule) => rule.ruleId === ruleId && rule.ruleVersion === ruleVersion);
  return pinned?.violationsFound ?? 0;
}

function outcomeOf(violations: number, everythingKnown: boolean, replays: readonly ReplayStatus[]): ComplianceOutcome {
  if (violations > 0) return "violations_found";
  if (replays.length === 0) return "not_run";
  if (!everythingKnown) return "incomplete";
  return replays.some((replay) => replay.tracesEvaluated > 0) ? "no_violations" : "no_traces";
}

function keyOf({ ruleId, ruleVersion }: Pick<PinnedRule, "ruleId" | "ruleVersion">): string {
  return `${ruleId} ${ruleVersion}`;
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
