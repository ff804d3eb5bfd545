// A Tempo that answers every read late, as a process of its own. BENCH_DELAY_MS milliseconds.
import { startTempoLite } from "@betrace/tempo-lite";

const tempo = await startTempoLite({ httpPort: 0, otlpPort: 0, delayMs: Number(process.env.BENCH_DELAY_MS) });
console.log(JSON.stringify({ msg: "slow tempo listens", url: tempo.url, otlpUrl: tempo.otlpUrl }));
process.once("SIGTERM", () => void tempo.close().then(() => process.exit(0)));
