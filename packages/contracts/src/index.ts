export type { Log } from "./log.js";
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
export { VIOLATION_MARKER_ATTRIBUTE } from "./trace.js";
export type { Clause, NoViolation, SpanRef, TraceViolation, Verdict } from "./verdict.js";
export { MAX_WITNESS_IDS } from "./verdict.js";
export type { Annotations, Severity, Violation } from "./violation.js";
export { SEVERITIES } from "./violation.js";
