export {
  startTempoLite,
  type TempoLite,
  type TempoLiteLogEntry,
  type TempoLiteOptions,
} from "./start-tempo-lite.js";
