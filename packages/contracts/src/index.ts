export type { ComplianceMark } from "./compliance.js";
export { complianceOf, controlId, controlKeyOf, controlsOf } from "./compliance.js";
export type { SpanCopy } from "./counted-spans.js";
export { countedSpans, isBetterCopy } from "./counted-spans.js";
export { firstWrongByte } from "./first-wrong-byte.js";
export type { ComplianceOutcome, ComplianceReport } from "./http/compliance.js";
export { COMPLIANCE_OUTCOMES, complianceEvidence, complianceQuery, complianceReport } from "./http/compliance.js";
export type { AttributesAnswer, AttributeValuesAnswer } from "./http/attributes.js";
export { attributesAnswer, attributesQuery, attributeValuesAnswer } from "./http/attributes.js";
export { MAX_PAGE_SIZE, pageOf, pageQuery } from "./http/page.js";
export type { Problem, ProblemCode, ProblemItem } from "./http/problem.js";
export { PROBLEMS, problem, problemItem } from "./http/problem.js";
export type { DryRunAnswer, LastReplay, ReplayAnswer, ShardAnswer } from "./http/replay.js";
export {
  createReplayRequest,
  dryRunAnswer,
  lastReplay,
  REPLAY_STATUSES,
  replayAnswer,
  replayList,
  replayListQuery,
  replayRuleRequest,
  shardAnswer,
  shardList,
} from "./http/replay.js";
export type { CreateRuleRequest, RuleAnswer, RuleVersionAnswer, UpdateRuleRequest } from "./http/rule.js";
export {
  createRuleRequest,
  MAX_REQUEST_BYTES,
  RULE_DEFAULTS,
  ruleAnswer,
  ruleList,
  ruleVersionAnswer,
  ruleVersionList,
  updateRuleRequest,
} from "./http/rule.js";
export { ruleId } from "./http/rule-id.js";
export type { ConsoleAnswer, ReadyAnswer } from "./http/service.js";
export { consoleAnswer, healthAnswer, indexAnswer, readyAnswer } from "./http/service.js";
export { severityIn } from "./http/severity.js";
export { timeIn, timeOut } from "./http/time.js";
export { epochProblem, formatTimestamp, parseTimestamp, type ReadTime, readTimestamp } from "./http/timestamp.js";
export type { TraceAnswer } from "./http/trace.js";
export { traceAnswer } from "./http/trace.js";
export type { TryAnswer, TryProgressAnswer } from "./http/try.js";
export { tryAnswer, tryProgress, tryRequest } from "./http/try.js";
export type { ValidateAnswer } from "./http/validate.js";
export { validateAnswer, validateRequest } from "./http/validate.js";
export type { ViolationAnswer } from "./http/violation.js";
export { violationAnswer, violationList, violationQuery } from "./http/violation.js";
export type { Log } from "./log.js";
export { mergeAnnotations } from "./merge-annotations.js";
export { nearest } from "./nearest.js";
export { formatDuration, parseDuration } from "./settings/duration.js";
export { parseSettings, SettingsError } from "./settings/parse.js";
export type { Setting, SettingGroup, SettingValues } from "./settings/setting.js";
export {
  choiceSetting,
  durationSetting,
  headersSetting,
  integerSetting,
  textSetting,
  urlSetting,
} from "./settings/setting.js";
export { sharedSettings } from "./settings/shared.js";
export { settingsTable, showSettings } from "./settings/show.js";
export type { Severity } from "./severity.js";
export { DEFAULT_SEVERITY, SEVERITIES } from "./severity.js";
export type {
  AttributeScalar,
  AttributeValue,
  Span,
  SpanField,
  SpanKind,
  SpanStatus,
  Trace,
  TraceFacts,
  TraceField,
} from "./trace.js";
export { VIOLATION_MARKER_ATTRIBUTE, VIOLATION_SPAN_NAME } from "./trace.js";
export type { UserLimit } from "./user-limit.js";
export { userLimitsTable } from "./user-limit.js";
export type { Clause, NoViolation, SpanRef, TraceViolation, Verdict } from "./verdict.js";
export { MAX_WITNESS_IDS } from "./verdict.js";
export type { Annotations, Violation } from "./violation.js";
