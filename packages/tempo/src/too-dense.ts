/** Thrown inside a scan when a unit holds more than it may; it is then scanned with all of the memory, or in halves. */
export class TooDense extends Error {
  override readonly name = "TooDense";
  readonly what: "traces" | "spans";
  /** Traces a second, where that was seen. */
  readonly tracesPerSecond: number | undefined;

  constructor(what: "traces" | "spans", message: string, tracesPerSecond?: number) {
    super(message);
    this.what = what;
    this.tracesPerSecond = tracesPerSecond;
  }
}
