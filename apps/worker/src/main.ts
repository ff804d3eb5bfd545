import { SettingsError, showSettings } from "@betrace/contracts";
import { createLog } from "./log.js";
import { parseWorkerConfig, workerSettings } from "./settings.js";
import { startWorker } from "./start.js";

/** A worker as a process: exit 0 after SIGTERM or SIGINT, 1 where it could not start, 2 where the settings are wrong. */
async function main(): Promise<void> {
  const config = parseWorkerConfig(process.env);
  const log = createLog(config.logLevel);
  log.info("settings", showSettings(workerSettings, config));
  const worker = await startWorker(config, { log });
  const stop = (signal: string) => {
    log.info("stopping", { signal });
    worker.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error("could not stop cleanly", { error });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((error: unknown) => {
  const known = error instanceof SettingsError;
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(known ? 2 : 1);
});
