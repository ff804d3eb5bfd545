export type { ViolationWriter } from "./writer.js";
