/** The bounds of this package in one place; those of the writer can be set when it is made. */
export const LIMITS = {
  /** Spans in one OTLP request; about 700 bytes each. */
  batchSpans: 512,
  /** Requests under way at once. Must stay below the exporter's own limit, past which it fails an export at once. */
  maxConcurrentExports: 4,
  exporterConcurrencyLimit: 64,
  /** One request with the exporter's own retries, milliseconds. */
  timeoutMs: 10_000,
  /** All that one batch may take, waiting between attempts included, milliseconds. */
  retryBudgetMs: 60_000,
  /** First and longest pause between attempts of ours, milliseconds; each is drawn from its upper half. */
  firstPauseMs: 500,
  maxPauseMs: 10_000,
  /** Spans that may go out at once, and per second after that: see {@link PaceOptions}. */
  burstSpans: 2_000,
  spansPerSecond: 500,
} as const;
