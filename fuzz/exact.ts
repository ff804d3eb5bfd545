import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { readTraces } from "@betrace/tempo";
import { createViolationWriter, violationSpanIds } from "@betrace/violations";
import { compare, countedTraces, startOf, type Wrong } from "./compare.js";
import { randomFrom } from "./random.js";
import { anyRule } from "./rules.js";
import { type NumberedRule, replay, type Window } from "./scan.js";
import { clientOf, liteStore, send, settled, type Store } from "./store.js";
import { anyTraces, asIngested, KINDS } from "./traces.js";

const USAGE = `Holds replays to the evaluation of the same traces in memory, by random rules over random traces.

npm run fuzz:exact -- [--seed N] [--rules 200] [--traces 200] [--only K] [--variants plain,shards,limits,earlier,combined]
                      [--grouped] [--tempo http://127.0.0.1:3200 --otlp http://127.0.0.1:4318] [--batches 2 --pause 35]

Without --tempo an embedded tempo-lite is asked. With --batches 2 the spans of a trace arrive in two parts; with --pause S
a real Tempo has that many seconds after each, so that without compaction it keeps them in two blocks. --only K runs rule K alone.
--grouped lets rules share a replay in every variant, as they do in "combined": far fewer reads of the store.
Ctrl-C ends after the replays under way, and tells what was found until then.
--at T stores the traces from Unix second T on, --reuse takes them as stored there by an earlier run of the same seed.

What a store is known to lose, and the expectation leaves out:
- string values and keys of attributes are cut at 2,048 bytes (not names, status messages, elements of arrays)
- bytes, maps, empty values and arrays that are empty, mixed or nested are no values
- an array of one element is that element; a span that ends before it starts takes no time
- an empty service.name is none
- arrays of strings in http.method, cluster and their like, of numbers in http.status_code (attributes with a column in
  Tempo's blocks) are no values
`;

const RANGE_NS = 1_800_000_000_000n;
const CONCURRENT = 3;
const SHOWN_FAILURES = 4;
/** Rules whose violations the variant `earlier` writes. */
const EARLIER_RULES = 20;

const VARIANTS = ["plain", "shards", "limits", "earlier", "combined"] as const;
type Variant = (typeof VARIANTS)[number];

const { values: args } = parseArgs({
  options: {
    seed: { type: "string" },
    rules: { type: "string", default: "200" },
    traces: { type: "string", default: "200" },
    only: { type: "string" },
    variants: { type: "string", default: VARIANTS.join() },
    tempo: { type: "string" },
    otlp: { type: "string" },
    batches: { type: "string", default: "1" },
    pause: { type: "string", default: "35" },
    at: { type: "string" },
    grouped: { type: "boolean", default: false },
    reuse: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Set by Ctrl-C: replays under way are finished, and what was found is shown. */
let stopped = false;
process.once("SIGINT", () => {
  stopped = true;
});

async function main(): Promise<number> {
  if (args.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = args.seed === undefined ? randomInt(2 ** 31) : Number(args.seed);
  const store: Store =
    args.tempo === undefined || args.otlp === undefined
      ? await liteStore()
      : {
          name: args.tempo,
          url: args.tempo,
          otlpUrl: args.otlp,
          batchPauseSeconds: Number(args.pause),
          close: async () => {},
        };
  try {
    return await run(seed, store);
  } finally {
    await store.close();
  }
}

async function run(seed: number, store: Store): Promise<number> {
  const startSeconds =
    args.at === undefined ? Math.floor(Date.now() / 1_000) - 14_400 - randomInt(40) * 3_600 : Number(args.at);
  const startNs = BigInt(startSeconds) * 1_000_000_000n;
  const window = { startNs, endNs: startNs + RANGE_NS };
  console.log(USAGE.slice(USAGE.indexOf("What a store")));
  console.log(
    `--seed ${seed} --rules ${args.rules} --traces ${args.traces} --batches ${args.batches} --at ${startSeconds}, ${store.name}`,
  );

  const sent = anyTraces(randomFrom(`traces ${seed} ${startSeconds}`), Number(args.traces), startNs, RANGE_NS);
  const traces = countedTraces(sent.map(asIngested));
  if (!args.reuse) await send(store, sent, args.batches === "2" ? [0, 1] : [undefined]);
  const client = clientOf(store);
  const wanted = { traces: traces.length, spans: traces.reduce((sum, { spans }) => sum + distinctSpans(spans), 0) };
  await settled(client, window, wanted);
  await client.close();
  console.log(`${wanted.traces} traces, ${wanted.spans} spans are there`);

  const first = args.only === undefined ? 0 : Number(args.only);
  const many = args.only === undefined ? Number(args.rules) : 1;
  const rules = Array.from({ length: many }, (_, at) => ({
    index: first + at,
    ...anyRule(seed, first + at, { traces }),
  }));
  let wrong = 0;
  for (const variant of VARIANTS.filter((each) => args.variants.split(",").includes(each))) {
    wrong += await runVariant(variant, { seed, store, window, traces, rules });
  }
  return wrong === 0 ? 0 : 1;
}

/** A span and its copies are one; the marker's spans are none. */
const distinctSpans = (spans: ReturnType<typeof asIngested>["spans"]): number =>
  new Set(
    spans
      .filter(({ attributes }) => !attributes.has("betrace.violation.rule_id"))
      .map(({ spanId, kind }) => `${spanId} ${KINDS.indexOf(kind)}`),
  ).size;

interface Setting {
  readonly seed: number;
  readonly store: Store;
  readonly window: Window;
  readonly traces: readonly ReturnType<typeof asIngested>[];
  readonly rules: readonly NumberedRule[];
}

/** So low that every read of the corpus is halved, down to the second and beyond. */
const LOW_LIMITS = {
  maxResultLimit: 40,
  maxTracesInMemory: 150,
  maxSpansInMemory: 3_000,
  maxResponseBytes: 4 * 1024 * 1024,
  maxQueryBytes: 4_000,
};

async function runVariant(variant: Variant, setting: Setting): Promise<number> {
  const { store, window, traces, rules, seed } = setting;
  const began = performance.now();
  const client = clientOf(store, variant === "limits" ? LOW_LIMITS : {});
  if (variant === "earlier") await writeEarlier(setting);
  const windows = variant === "shards" ? shardsOf(seed, window, traces) : [window];
  const jobs = variant === "combined" || args.grouped ? groupsOf(seed, rules) : rules.map((rule) => [rule]);
  const sum = {
    pairs: 0,
    violated: 0,
    undecided: 0,
    wrong: 0,
    incomplete: 0,
    fetchedById: 0,
    bulkRead: 0,
    requests: 0,
    errors: 0,
  };
  const plans = new Map<string, number>();
  const reasons = new Map<string, number>();
  let next = 0;
  let done = 0;
  let told = performance.now();
  const worker = async (): Promise<void> => {
    for (let group = jobs[next++]; group !== undefined && !stopped; group = jobs[next++]) {
      done += group.length;
      try {
        const found = await replay(client, group, windows);
        const compared = compare(traces, group, found);
        sum.pairs += compared.pairs;
        sum.violated += compared.violated;
        sum.undecided += compared.undecided;
        sum.incomplete += found.incomplete.length;
        sum.fetchedById += found.fetchedById;
        sum.bulkRead += found.bulkRead;
        sum.requests += found.requests;
        for (const { reason } of found.incomplete) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        for (const plan of found.plans) plans.set(plan, (plans.get(plan) ?? 0) + 1);
        for (const each of compared.wrong) if (++sum.wrong <= SHOWN_FAILURES) show(variant, each, found.plans);
      } catch (error) {
        if (++sum.errors <= SHOWN_FAILURES) {
          console.log(
            `${variant}: rules ${group.map(({ index }) => index).join()} fail: ${error instanceof Error ? error.message : String(error)}`,
          );
          for (const { dsl } of group.slice(0, 3)) console.log(`  ${brief(dsl)}`);
        }
      }
      if (performance.now() - told > 15_000) {
        told = performance.now();
        console.log(
          `${variant}: ${next} of ${jobs.length} replays, ${sum.wrong} wrong, ${sum.errors} failed, ${Math.round((told - began) / 1_000)} s`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  await client.close();
  for (const [reason, times] of reasons) console.log(`${variant}: incomplete ${times} times: ${reason}`);
  const share = (part: number, all: number) => `${((100 * part) / Math.max(1, all)).toFixed(2)} %`;
  console.log(
    `${variant}: ${done} rules x ${traces.length} traces in ${Math.min(next, jobs.length)} replays of ${windows.length} windows; ${sum.pairs} pairs, ` +
      `${sum.violated} violated (${share(sum.violated, sum.pairs)}), WRONG ${sum.wrong}, failed replays ${sum.errors}, ` +
      `${sum.incomplete} incomplete windows (${share(sum.undecided, sum.pairs + sum.undecided)} of pairs undecided), fetched by id ${sum.fetchedById}, ` +
      `bulk read ${sum.bulkRead}, ${sum.requests} requests, ${((performance.now() - began) / 1_000).toFixed(0)} s; plans ${JSON.stringify(Object.fromEntries(plans))}`,
  );
  return sum.wrong + sum.errors;
}

/** Windows whose borders no clock would choose, some of them on a trace's own first nanosecond, others in its middle. */
function shardsOf(seed: number, { startNs, endNs }: Window, traces: Setting["traces"]): Window[] {
  const random = randomFrom(`shards ${seed}`);
  const cuts = new Set<bigint>();
  for (let cut = 0; cut < 5; cut++) cuts.add(startNs + BigInt(Math.floor(random.next() * Number(endNs - startNs))));
  for (let cut = 0; cut < 2; cut++) cuts.add(startOf(random.pick(traces)) + BigInt(cut));
  const inside = [...cuts].filter((ns) => ns > startNs && ns < endNs).sort((a, b) => (a < b ? -1 : 1));
  const borders = [startNs, ...inside, endNs];
  return borders.slice(1).map((end, at) => ({ startNs: borders[at] ?? startNs, endNs: end }));
}

/** Rules of one replay share their scan: few or many. */
function groupsOf(seed: number, rules: readonly NumberedRule[]): NumberedRule[][] {
  const random = randomFrom(`groups ${seed}`);
  const groups: NumberedRule[][] = [];
  for (let at = 0; at < rules.length; ) {
    const size = random.pick([2, 3, 5, 10, 20, 60]);
    groups.push(rules.slice(at, at + size));
    at += size;
  }
  return groups;
}

/** Writes the violations of some rules, as a replay with `emit` does, and waits until the store shows each of them. */
async function writeEarlier({ store, window, rules }: Setting): Promise<void> {
  const client = clientOf(store);
  const signal = new AbortController().signal;
  const writer = createViolationWriter({ url: store.otlpUrl });
  const traceIds = new Set<string>();
  const { violations } = await replay(client, rules.slice(0, EARLIER_RULES), [window]);
  await writer.write(violations, signal);
  for (const { ruleId, ruleVersion, traceId } of violations) {
    traceIds.add(violationSpanIds(ruleId, ruleVersion, traceId).traceId);
  }
  await writer.close();
  const endNs = window.endNs + 600_000_000_000n;
  for (let tries = 0; ; tries++) {
    let there = 0;
    const onTraces = (traces: readonly unknown[]) => {
      there += traces.length;
    };
    await readTraces(client, { ...window, endNs, traceIds: [...traceIds], spanFields: [], signal, onTraces });
    if (there === traceIds.size) break;
    if (tries === 60) throw new Error(`wrote ${traceIds.size} violations, the store shows ${there}`);
    await sleep(2_000);
  }
  console.log(`earlier: ${traceIds.size} violations written`);
  await client.close();
}

function show(variant: Variant, { rule, trace, what }: Wrong, plans: readonly string[]): void {
  console.log(`${variant}: WRONG, --only ${rule?.index}: ${what} (${[...new Set(plans)].join()})`);
  console.log(`  rule  ${brief(rule?.dsl ?? "")}`);
  if (trace === undefined) return;
  const text = JSON.stringify(trace, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Map ? Object.fromEntries(value) : value,
  );
  console.log(`  trace ${brief(text).slice(0, args.only === undefined ? 200 : 20_000)}`);
}

/** Long runs of a character, as the corpus has them, shortened. */
function brief(text: string): string {
  return text.replace(/(.)\1{60,}/gu, (run, one: string) => `${one}*${run.length}`).replace(/(long ){60,}/g, "long*");
}

process.exitCode = await main();
