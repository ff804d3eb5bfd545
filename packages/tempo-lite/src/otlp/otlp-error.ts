/** The sender's mistake: the message says what was expected and what was found. Answered with 400. */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
}
