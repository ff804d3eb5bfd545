export { parseWorkerConfig, type WorkerConfig, workerSettings } from "./settings.js";
export { startWorker, type Worker } from "./start.js";
