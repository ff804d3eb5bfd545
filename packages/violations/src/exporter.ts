import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { ViolationWriteError } from "./write-error.js";

/** One export, settled by what the receiver really said. */
export interface AcknowledgingExporter {
  /** Resolves when every span was accepted; throws a {@link ViolationWriteError}. */
  export(spans: readonly ReadableSpan[]): Promise<void>;
  shutdown(): Promise<void>;
}

export interface ExporterOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly concurrencyLimit: number;
}

interface PartialSuccess {
  readonly rejectedSpans?: unknown;
  readonly errorMessage?: unknown;
}

/**
 * The OTLP exporter, made to tell a partial success from a success.
 *
 * `@opentelemetry/otlp-exporter-base` 0.223.1 hands the decoded answer to its delegate's response handler, which logs a
 * partial success through `diag` and drops it; right after, in the same synchronous step, it calls back with SUCCESS
 * (`otlp-export-delegate.js`, `export`). So we put our own handler in its place: what it saw last belongs to the callback that
 * follows, however many exports are under way. The delegate is not public, hence the exact pin and the check below,
 * which fails at start instead of losing the information when a new version looks different.
 */
export function createAcknowledgingExporter(options: ExporterOptions): AcknowledgingExporter {
  const exporter = new OTLPTraceExporter({
    url: options.url,
    headers: { ...options.headers },
    timeoutMillis: options.timeoutMs,
    concurrencyLimit: options.concurrencyLimit,
  });
  let answer: { readonly partialSuccess?: PartialSuccess | null } | undefined;
  const delegate: unknown = Reflect.get(exporter, "_delegate");
  if (!isDelegate(delegate)) {
    throw new Error("this OTLP exporter hides its response handler: partial successes would pass for successes");
  }
  delegate._responseHandler = {
    handleResponse(response) {
      answer = response ?? {};
    },
  };
  return {
    export: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export([...spans], (result) => {
          const said = answer;
          answer = undefined;
          // 0 is ExportResultCode.SUCCESS of @opentelemetry/core.
          const problem = result.code === 0 ? problemOf(said) : failureOf(result.error);
          if (problem === undefined) resolve();
          else reject(problem);
        });
      }),
    shutdown: () => exporter.shutdown(),
  };
}

interface Delegate {
  _responseHandler: { handleResponse(response: { readonly partialSuccess?: PartialSuccess | null } | undefined): void };
}

function isDelegate(value: unknown): value is Delegate {
  if (typeof value !== "object" || value === null) return false;
  const handler: unknown = Reflect.get(value, "_responseHandler");
  return (
    typeof handler === "object" && handler !== null && typeof Reflect.get(handler, "handleResponse") === "function"
  );
}

function problemOf(answer: { readonly partialSuccess?: PartialSuccess | null } | undefined): Error | undefined {
  if (answer === undefined) {
    const message =
      "the receiver answered 2xx with a body that is not an OTLP response: is the URL that of an OTLP receiver?";
    return new ViolationWriteError("unacknowledged", message, true);
  }
  const rejected = Number(answer.partialSuccess?.rejectedSpans ?? 0);
  // None rejected is a warning of the receiver, not a loss (opentelemetry-proto, ExportTracePartialSuccess).
  if (rejected === 0) return undefined;
  const why = String(answer.partialSuccess?.errorMessage ?? "") || "no reason given";
  const message = `the receiver rejected ${rejected} violation spans: ${why}`;
  return new ViolationWriteError("partial", message, false, rejected);
}

/** HTTP failures carry the status in `code`, network failures a string there; used-up retries carry neither. */
function failureOf(error: Error | undefined): ViolationWriteError {
  const code: unknown = error === undefined ? undefined : Reflect.get(error, "code");
  // OpenSSL's message is a dump of several lines, and its reason says enough.
  const reason: unknown = error === undefined ? undefined : Reflect.get(error, "reason");
  const text = typeof reason === "string" ? reason : (error?.message ?? "no reason given");
  if (typeof code === "number") {
    return new ViolationWriteError("refused", `the receiver answered HTTP ${code} (${text})`, code >= 500, 0, error);
  }
  if (typeof code === "string") {
    return new ViolationWriteError("unreachable", `the receiver cannot be reached: ${text} (${code})`, true, 0, error);
  }
  if (/timed out/i.test(text))
    return new ViolationWriteError("timeout", "the receiver did not answer in time", true, 0, error);
  return new ViolationWriteError("overloaded", `the receiver asks to come back later: ${text}`, true, 0, error);
}
