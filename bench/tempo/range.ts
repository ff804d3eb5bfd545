/** Whole Unix seconds, half-open, and how many traces begin in it. */
export interface Range {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly traces: number;
}
