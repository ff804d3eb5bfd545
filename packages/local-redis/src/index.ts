export type { LocalRedis, LocalRedisOptions } from "./start.js";
export { startLocalRedis } from "./start.js";
export { findRedisServer } from "./server-process.js";
