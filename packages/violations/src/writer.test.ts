import { expect } from "chai";
import { type Answer, type OtlpReceiver, partialSuccess, startOtlpReceiver } from "./testing/otlp-receiver.js";
import { aViolation, violationsOfTraces } from "./testing/violation.js";
import { violationSpanIds } from "./ids.js";
import { ViolationWriteError } from "./write-error.js";
import { createViolationWriter, tracesUrl, type ViolationWriter, type ViolationWriterOptions } from "./writer.js";

const OK: Answer = { status: 200 };
const signal = new AbortController().signal;

describe("the violation writer", () => {
  let receiver: OtlpReceiver | undefined;
  let writer: ViolationWriter | undefined;

  async function start(answerOf: (index: number) => Answer | undefined, options: Partial<ViolationWriterOptions> = {}) {
    receiver = await startOtlpReceiver(answerOf);
    // Below a second the exporter does not retry by itself, so the retries seen here are ours.
    writer = createViolationWriter({ url: receiver.url, timeoutMs: 900, ...options });
    return { receiver, writer };
  }

  async function failure(work: Promise<void>): Promise<ViolationWriteError> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ViolationWriteError);
    return error as ViolationWriteError;
  }

  afterEach(async () => {
    await receiver?.close();
    await writer?.close();
  });

  it("a violation arrives as a span of its own trace, at the nanosecond it happened, linked to the offending span", async () => {
    const { receiver, writer } = await start(() => OK, { headers: { "X-Scope-OrgID": "team-a" } });
    const violation = aViolation();
    await writer.write([violation], signal);
    const request = receiver.requests[0];
    expect(request?.path).to.equal("/v1/traces");
    expect(request?.headers["x-scope-orgid"]).to.equal("team-a");
    const span = request?.spans[0];
    expect(span).to.include({
      ...violationSpanIds(violation.ruleId, 3, violation.traceId),
      name: "betrace.violation",
      startNs: 1_784_000_000_123_456_789n,
      endNs: 1_784_000_001_623_456_790n,
    });
    expect(span?.links).to.deep.equal([{ traceId: violation.traceId, spanId: violation.spanId }]);
    expect(span?.resource).to.deep.equal({ "service.name": "betrace" });
    expect(span?.attributes).to.deep.equal({
      "betrace.violation.rule_id": "pii-audit-soc2-cc6.1",
      "betrace.violation.rule_name": "PII is audited",
      "betrace.violation.rule_version": 3,
      "betrace.violation.severity": "high",
      "betrace.violation.trace_id": violation.traceId,
      "betrace.violation.span_id": violation.spanId,
      "betrace.violation.service": "checkout",
      "betrace.violation.message": violation.message,
      "betrace.violation.clause": "expression",
      "betrace.violation.witness_count": 1,
      "betrace.violation.replay_id": "rp_test",
      "betrace.violation.detected_at": "2026-09-21T14:13:20.000Z",
      "betrace.violation.annotation.compliance_framework": "SOC2",
      "betrace.violation.annotation.soc2_control": "CC6.1",
      "betrace.violation.annotation.team": "payments",
      "betrace.compliance.framework": "SOC2",
      "betrace.compliance.control": "CC6.1",
    });
  });

  it("several controls arrive as an array, a missing service not at all", async () => {
    const { receiver, writer } = await start(() => OK);
    await writer.write([aViolation({ annotations: { soc2_control: "CC6_1, CC7.2" }, service: undefined })], signal);
    const attributes = receiver.requests[0]?.spans[0]?.attributes ?? {};
    expect(attributes["betrace.compliance.control"]).to.deep.equal(["CC6.1", "CC7.2"]);
    expect(attributes["betrace.compliance.framework"]).to.equal("SOC2");
    expect(attributes).not.to.have.property("betrace.violation.service");
  });

  it("every span of 1,300 arrives, in batches of at most 512", async () => {
    const { receiver, writer } = await start(() => OK);
    await writer.write(violationsOfTraces(1_300), signal);
    expect(receiver.requests.map((request) => request.spans.length)).to.deep.equal([512, 512, 276]);
    expect(new Set(receiver.requests.flatMap((request) => request.spans.map((span) => span.traceId))).size).to.equal(
      1_300,
    );
  });

  it("nothing to write sends nothing", async () => {
    const { receiver, writer } = await start(() => OK);
    await writer.write([], signal);
    expect(receiver.requests).to.have.length(0);
  });

  it("a partial success is a failure that says how many were rejected and why", async () => {
    const { receiver, writer } = await start(() => ({ status: 200, body: partialSuccess(2, "trace too large") }));
    const error = await failure(writer.write(violationsOfTraces(3), signal));
    expect(error).to.include({ kind: "partial", retryable: false, rejectedSpans: 2 });
    expect(error.message).to.contain("trace too large");
    expect(receiver.requests).to.have.length(1);
  });

  it("of two writes under way at once, only the rejected one fails", async () => {
    const { writer } = await start((index) => (index === 0 ? { status: 200, body: partialSuccess(1, "no") } : OK));
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map((n) => writer.write(violationsOfTraces(n), signal)),
    );
    expect(results.filter((result) => result.status === "rejected")).to.have.length(1);
  });

  it("a warning that rejects nothing is a success", async () => {
    const { writer } = await start(() => ({ status: 200, body: partialSuccess(0, "deprecated field") }));
    await writer.write(violationsOfTraces(1), signal);
  });

  it("a 200 that is not an OTLP answer is not an acknowledgement", async () => {
    const { writer } = await start(() => ({ status: 200, body: Buffer.from("<html>welcome</html>") }), {
      retryBudgetMs: 0,
    });
    expect(await failure(writer.write(violationsOfTraces(1), signal))).to.include({ kind: "unacknowledged" });
  });

  it("429 and 503 are tried again until they pass", async () => {
    const { receiver, writer } = await start((index) => [{ status: 429 }, { status: 503 }][index] ?? OK);
    await writer.write(violationsOfTraces(1), signal);
    expect(receiver.requests).to.have.length(3);
  });

  it("429 beyond the budget is a retryable error", async () => {
    const { writer } = await start(() => ({ status: 429 }), { retryBudgetMs: 100 });
    expect(await failure(writer.write(violationsOfTraces(1), signal))).to.include({
      kind: "overloaded",
      retryable: true,
    });
  });

  it("401 is refused at once and not tried again", async () => {
    const { receiver, writer } = await start(() => ({ status: 401 }));
    const error = await failure(writer.write(violationsOfTraces(1), signal));
    expect(error).to.include({ kind: "refused", retryable: false });
    expect(error.message).to.contain("401");
    expect(receiver.requests).to.have.length(1);
  });

  it("a receiver that is not there is unreachable, and that is retryable", async () => {
    const { receiver, writer } = await start(() => OK, { retryBudgetMs: 0 });
    await receiver.close();
    expect(await failure(writer.write(violationsOfTraces(1), signal))).to.include({
      kind: "unreachable",
      retryable: true,
    });
  });

  it("an abort ends a write at once, though the receiver never answers", async () => {
    const { writer } = await start(() => undefined);
    const controller = new AbortController();
    const write = writer.write(violationsOfTraces(1), controller.signal);
    const reason = new Error("cancelled");
    setTimeout(() => controller.abort(reason), 30);
    const started = performance.now();
    const error = await write.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).to.equal(reason);
    expect(performance.now() - started).to.be.below(500);
  });

  it("takes the base of a receiver as well as its whole path", () => {
    expect(tracesUrl("http://t:4318")).to.equal("http://t:4318/v1/traces");
    expect(tracesUrl("http://t:4318/otlp/")).to.equal("http://t:4318/otlp/v1/traces");
    expect(tracesUrl("http://t:4318/otlp/v1/traces")).to.equal("http://t:4318/otlp/v1/traces");
  });
});
