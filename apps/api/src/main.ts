import { SettingsError, showSettings } from "@betrace/contracts";
import { createLog } from "./log.js";
import { apiSettings, parseApiConfig } from "./settings.js";
import { startApi } from "./start.js";

/** The API as a process: exit 0 after SIGTERM or SIGINT, 1 where it could not start, 2 where the settings are wrong. */
async function main(): Promise<void> {
  const config = parseApiConfig(process.env);
  const log = createLog(config.logLevel);
  const stop = (signal: string) => {
    // A second signal, of either kind, ends the process at once.
    process.removeListener("SIGTERM", stop).removeListener("SIGINT", stop);
    log.info("stopping", { signal });
    starting
      .then((api) => api.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error("could not stop cleanly", { error });
          process.exit(1);
        },
      );
  };
  // Before it has started: the first process of a container is not ended by a signal that it does not listen to.
  process.on("SIGTERM", stop).on("SIGINT", stop);
  log.info("settings", showSettings(apiSettings, config));
  const starting = startApi(config, { log });
  await starting;
}

main().catch((error: unknown) => {
  const known = error instanceof SettingsError;
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(known ? 2 : 1);
});
