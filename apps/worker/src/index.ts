export { createLog } from "./log.js";
export { parseWorkerConfig, type WorkerConfig, workerSettings } from "./settings.js";
export { startWorker, type Worker } from "./start.js";
