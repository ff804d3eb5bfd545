export type { OtlpAttribute, OtlpResourceSpans, OtlpSpan } from "./demo/otlp.js";
export { sendOtlp } from "./demo/otlp.js";
export { createRandom, type Random } from "./demo/random.js";
export { createShopDay, type PlantedIncident, SHOP_TRACES, type ShopDay } from "./demo/shop-day.js";
export { FILE_USER_LIMITS } from "./offline/read-traces.js";
export { type Environment, type Stack, type StackOptions, type StackPorts, startStack } from "./stack.js";
