export type { ViolationSpanIds } from "./ids.js";
export { violationSpanIds } from "./ids.js";
export type { PaceOptions } from "./pace.js";
export { violationSpan } from "./span.js";
export type { ViolationWriteErrorKind } from "./write-error.js";
export { ViolationWriteError } from "./write-error.js";
export type { ViolationWriter, ViolationWriterOptions } from "./writer.js";
export { createViolationWriter } from "./writer.js";
