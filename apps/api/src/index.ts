export { API_USER_LIMITS } from "./limits.js";
export { createLog } from "./log.js";
export { violationToAnswer } from "./routes/replay-answer.js";
export { type ApiConfig, apiSettings, parseApiConfig } from "./settings.js";
export { type Api, startApi } from "./start.js";
