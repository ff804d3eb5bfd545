import { type Annotations, mergeAnnotations, RULE_DEFAULTS } from "@betrace/contracts";
import type { Redis } from "ioredis";
import { ReplayError } from "../errors.js";
import { DEFAULT_KEY_PREFIX } from "../ledger/keys.js";
import { run, script } from "../ledger/script.js";
import { pageOfMembers, pageSize } from "../page.js";
import type { Clock } from "../replay.js";
import { compileText } from "./compile.js";
import type { Page, PageRequest, RuleChange, RuleDraft, RuleVersion, StoredRule } from "./rule.js";
import { isRuleId, slugOf } from "./rule-id.js";

/** What {@link createRuleStore} needs. */
export interface RuleStoreOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** In front of every key. Default `betrace:`. */
  readonly keyPrefix?: string;
}

/**
 * Rules and their versions. A change of the text, or of what its violations carry (name, severity, annotations), makes
 * a new version; a description or an `enabled` does not. Refusals are {@link ReplayError}s, and leave nothing behind.
 */
export interface RuleStore {
  /** Throws `rule_id_taken`, `rule_id_invalid` or `rule_rejected` (with every problem of the text). */
  create(draft: RuleDraft): Promise<StoredRule>;
  /** Throws `rule_not_found`. */
  get(id: string): Promise<StoredRule>;
  /** In order of id. A page filtered by `enabled` may be shorter than its limit; `nextCursor` alone says whether more follow. */
  list(page?: PageRequest & { readonly enabled?: boolean | undefined }): Promise<Page<StoredRule>>;
  /** Throws `rule_not_found` or `rule_rejected`. */
  update(id: string, change: RuleChange): Promise<StoredRule>;
  setEnabled(id: string, enabled: boolean): Promise<StoredRule>;
  /**
   * Removes the rule; its versions, replays and violations stay, and a rule made again under the id counts on from
   * there.
   */
  delete(id: string): Promise<void>;
  /** Newest first; also of a deleted rule. Throws `rule_not_found` where the id was never used. */
  versions(id: string): Promise<readonly RuleVersion[]>;
}

/** What stands in Redis under `rule:<id>`, field `json`; the field `rev` counts writes. */
type Kept = StoredRule & { /** As given beside the text, before merging. */ readonly given: Annotations };

const CREATE = script(`
local rule, versions, all = KEYS[1], KEYS[2], KEYS[3]
local id, json, version = unpack(ARGV)
if redis.call('EXISTS', rule) == 1 then return { 'taken' } end
local n = string.format('%d', redis.call('HLEN', versions) + 1)
redis.call('HSET', versions, n, version)
redis.call('HSET', rule, 'json', json, 'version', n, 'rev', '1')
redis.call('ZADD', all, '0', id)
return { 'created', n }
`);

const UPDATE = script(`
local rule, versions = KEYS[1], KEYS[2]
local rev, json, version = unpack(ARGV)
local current = redis.call('HGET', rule, 'rev')
if not current then return { 'gone' } end
if current ~= rev then return { 'changed' } end
local n = redis.call('HGET', rule, 'version')
if version ~= '' then
  n = string.format('%d', redis.call('HLEN', versions) + 1)
  redis.call('HSET', versions, n, version)
end
redis.call('HSET', rule, 'json', json, 'version', n, 'rev', string.format('%d', tonumber(rev) + 1))
return { 'updated', n }
`);

const DELETE = script(`
if redis.call('DEL', KEYS[1]) == 0 then return { 'gone' } end
redis.call('ZREM', KEYS[2], ARGV[1])
return { 'deleted' }
`);

/** Tries at an id made from a name, and at an update that others overtake. */
const MAX_TRIES = 100;

/** Rules in Redis: `rule:<id>` (hash), `rule-versions:<id>` (hash, version → JSON) and `rules` (sorted set of ids). */
export function createRuleStore({ redis, clock, keyPrefix = DEFAULT_KEY_PREFIX }: RuleStoreOptions): RuleStore {
  const ruleKey = (id: string) => `${keyPrefix}rule:${id}`;
  const versionsKey = (id: string) => `${keyPrefix}rule-versions:${id}`;
  const allKey = `${keyPrefix}rules`;
  const nowMs = () => Number(clock.nowNs() / 1_000_000n);

  async function read(id: string): Promise<{ readonly rule: Kept; readonly rev: string }> {
    const [json, version, rev] = isRuleId(id) ? await redis.hmget(ruleKey(id), "json", "version", "rev") : [];
    if (!json || !version || !rev) throw notFound(id);
    return { rule: { ...(JSON.parse(json) as Kept), version: Number(version) }, rev };
  }

  async function change(id: string, apply: (rule: Kept) => Kept): Promise<StoredRule> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { rule, rev } = await read(id);
      const next = { ...apply(rule), updatedAtMs: nowMs() };
      const version = shapesViolations(next) === shapesViolations(rule) ? "" : versionJson(next, next.updatedAtMs);
      const [word, n] = await run(redis, UPDATE, [ruleKey(id), versionsKey(id)], [rev, JSON.stringify(next), version]);
      if (word === "gone") throw notFound(id);
      if (word === "updated") return published({ ...next, version: Number(n) });
    }
    throw new Error(`rule ${id} changed ${MAX_TRIES} times while it was being updated`);
  }

  return {
    async create(draft) {
      if (draft.id !== undefined && !isRuleId(draft.id)) throw badId(draft.id);
      const compiled = compileText(draft.dsl);
      const given = draft.annotations ?? RULE_DEFAULTS.annotations;
      const createdAtMs = nowMs();
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const id = draft.id ?? (tries === 1 ? slugOf(draft.name) : `${slugOf(draft.name)}-${tries}`);
        const rule: Kept = {
          id,
          version: 1,
          name: draft.name,
          description: draft.description ?? RULE_DEFAULTS.description,
          dsl: draft.dsl,
          severity: draft.severity ?? RULE_DEFAULTS.severity,
          enabled: draft.enabled ?? RULE_DEFAULTS.enabled,
          annotations: mergeAnnotations(given, compiled.annotations),
          given,
          createdAtMs,
          updatedAtMs: createdAtMs,
        };
        const keys = [ruleKey(id), versionsKey(id), allKey];
        const [word, n] = await run(redis, CREATE, keys, [id, JSON.stringify(rule), versionJson(rule, createdAtMs)]);
        if (word === "created") return published({ ...rule, version: Number(n) });
        if (draft.id !== undefined) throw new ReplayError("rule_id_taken", `a rule with the id "${id}" exists already`);
      }
      throw new ReplayError("rule_id_taken", `every id made from the name "${draft.name}" is taken: give an id`);
    },
    get: async (id) => published((await read(id)).rule),
    async list(request = {}) {
      const limit = pageSize(request.limit);
      const page = await pageOfMembers(redis, { key: allKey, order: "forward" }, { ...request, limit });
      const rules = await Promise.all(page.items.map((id) => read(id).catch(ignoreMissing)));
      const items = rules.flatMap((found) => (found === undefined ? [] : [published(found.rule)]));
      const wanted = request.enabled === undefined ? items : items.filter((rule) => rule.enabled === request.enabled);
      return { items: wanted, nextCursor: page.nextCursor };
    },
    async update(id, wanted) {
      const compiled = wanted.dsl === undefined ? undefined : compileText(wanted.dsl);
      return change(id, (rule) => {
        const given = wanted.annotations ?? rule.given;
        return {
          ...rule,
          name: wanted.name ?? rule.name,
          description: wanted.description ?? rule.description,
          dsl: wanted.dsl ?? rule.dsl,
          severity: wanted.severity ?? rule.severity,
          enabled: wanted.enabled ?? rule.enabled,
          given,
          annotations: mergeAnnotations(given, (compiled ?? compileText(rule.dsl)).annotations),
        };
      });
    },
    setEnabled: (id, enabled) => change(id, (rule) => ({ ...rule, enabled })),
    async delete(id) {
      const [word] = isRuleId(id) ? await run(redis, DELETE, [ruleKey(id), allKey], [id]) : [];
      if (word !== "deleted") throw notFound(id);
    },
    async versions(id) {
      const all = isRuleId(id) ? await redis.hgetall(versionsKey(id)) : {};
      const versions = Object.entries(all).map(
        ([n, json]): RuleVersion => ({ ...(JSON.parse(json) as Omit<RuleVersion, "version">), version: Number(n) }),
      );
      if (versions.length === 0) throw notFound(id);
      return versions.sort((a, b) => b.version - a.version);
    },
  };
}

/** Without what only the store needs. */
function published({ given: _given, ...rule }: Kept): StoredRule {
  return rule;
}

function shapesViolations({ name, dsl, severity, annotations }: StoredRule): string {
  return JSON.stringify([name, dsl, severity, Object.entries(annotations).sort()]);
}

function versionJson({ id, name, dsl, severity, annotations }: StoredRule, createdAtMs: number): string {
  return JSON.stringify({ ruleId: id, name, dsl, severity, annotations, createdAtMs });
}

function notFound(id: string): ReplayError {
  return new ReplayError("rule_not_found", `there is no rule with the id "${id.slice(0, 200)}"`);
}

function badId(id: string): ReplayError {
  const expected = "1 to 128 letters, digits, dots, underscores and hyphens, first and last a letter or digit";
  return new ReplayError("rule_id_invalid", `a rule's id is made of ${expected}; found "${id.slice(0, 200)}"`);
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof ReplayError && error.code === "rule_not_found") return undefined;
  throw error;
}
