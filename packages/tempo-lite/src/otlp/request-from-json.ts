import { OtlpJsonError, parseJson, readOtlpJson } from "@betrace/otlp-json";
import { encodeRequest } from "./encode-request.js";
import { OtlpError } from "./otlp-error.js";

/**
 * Turns OTLP/JSON into the same request in protobuf, so that there is one way in, and says what is wrong with spans
 * that are left out. Throws {@link OtlpError} for what is no such request.
 */
export function requestFromJson(
  body: Uint8Array,
  startsBeforeNs: bigint,
): { readonly request: Uint8Array; readonly rejected: readonly string[] } {
  const rejected: string[] = [];
  try {
    const { resourceSpans, partial, otherSignals } = readOtlpJson(parseJson(body), {
      startsBeforeNs,
      onBadSpan: ({ message }) => rejected.push(message),
    });
    // Once it is stored, nobody would know.
    if (partial) throw new OtlpError("status: expected a whole trace, found PARTIAL");
    const request = encodeRequest(resourceSpans);
    const [signal] = otherSignals;
    if (signal !== undefined && request.length === 0) {
      throw new OtlpError(`expected resourceSpans, found ${signal}; this endpoint takes traces only`);
    }
    return { request, rejected };
  } catch (error) {
    if (error instanceof OtlpJsonError) throw new OtlpError(error.message);
    throw error;
  }
}
