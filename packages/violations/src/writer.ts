import { setTimeout as sleep } from "node:timers/promises";
import type { Violation } from "@betrace/contracts";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createAcknowledgingExporter } from "./exporter.js";
import { LIMITS } from "./limits.js";
import { createPace, type PaceOptions } from "./pace.js";
import { violationSpan } from "./span.js";
import { ViolationWriteError } from "./write-error.js";

/** What {@link createViolationWriter} needs. Times in milliseconds. */
export interface ViolationWriterOptions {
  /** The OTLP receiver: its base, `http://127.0.0.1:4318`, or the whole path ending in `/v1/traces`. */
  readonly url: string;
  /** Sent with every request, e.g. `X-Scope-OrgID` or `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One request with the exporter's own retries on 429, 502, 503 and 504. Default 10,000. */
  readonly timeoutMs?: number;
  /** All attempts at one batch of 512 spans together. Default 60,000. */
  readonly retryBudgetMs?: number;
  readonly pace?: PaceOptions;
}

/** Writes violations to Tempo, or says that it could not. */
export interface ViolationWriter {
  /**
   * Resolves when every span was acknowledged; throws a {@link ViolationWriteError}, or the signal's reason at once (a
   * request under way is then abandoned, which is harmless: a violation written twice is one).
   */
  write(violations: readonly Violation[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Makes a writer to share by all shards of a process: its pace and its bound on concurrent requests are per writer. */
export function createViolationWriter(options: ViolationWriterOptions): ViolationWriter {
  const exporter = createAcknowledgingExporter({
    url: tracesUrl(options.url),
    headers: options.headers ?? {},
    timeoutMs: options.timeoutMs ?? LIMITS.timeoutMs,
    concurrencyLimit: LIMITS.exporterConcurrencyLimit,
  });
  const budgetMs = options.retryBudgetMs ?? LIMITS.retryBudgetMs;
  const pace = createPace(options.pace ?? {});
  const gate = createGate(LIMITS.maxConcurrentExports);

  async function exportBatch(spans: readonly ReadableSpan[], signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + budgetMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await gate(() => orAborted(exporter.export(spans), signal), signal);
      } catch (error) {
        if (!(error instanceof ViolationWriteError) || !error.retryable) throw error;
        const longest = Math.min(LIMITS.firstPauseMs * 2 ** attempt, LIMITS.maxPauseMs);
        const pauseMs = longest * (0.5 + Math.random() / 2);
        if (performance.now() + pauseMs > deadline) throw error;
        await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  return {
    async write(violations, signal) {
      for (let from = 0; from < violations.length; from += LIMITS.batchSpans) {
        const spans = violations.slice(from, from + LIMITS.batchSpans).map(violationSpan);
        await pace.take(spans.length, signal);
        await exportBatch(spans, signal);
      }
    },
    close: () => exporter.shutdown(),
  };
}

/** The OTLP/HTTP path is `/v1/traces` below the base (opentelemetry.io/docs/specs/otlp, OTLP/HTTP Request). */
export function tracesUrl(url: string): string {
  const parsed = new URL(url);
  if (!/\/v1\/traces\/?$/.test(parsed.pathname)) parsed.pathname = `${parsed.pathname.replace(/\/+$/, "")}/v1/traces`;
  return parsed.toString();
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Lets so many through at a time, the others in order of arrival. */
function createGate(width: number): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work, signal) => {
    if (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside++;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inside--;
    }
  };
}
