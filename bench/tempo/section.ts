import type { Endpoints } from "./endpoints.js";
import type { Table } from "./result.js";

/** A part of the bench that can be run alone. It loads what it needs and starts what it measures. */
export interface Section {
  readonly name: string;
  /** Each table as soon as it is measured. */
  run(endpoints: Endpoints): AsyncGenerator<Table>;
}
