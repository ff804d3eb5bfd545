export { TRACE_STORE_USER_LIMITS } from "./limits.js";
export {
  startTempoLite,
  type TempoLite,
  type TempoLiteLogEntry,
  type TempoLiteOptions,
} from "./start-tempo-lite.js";
