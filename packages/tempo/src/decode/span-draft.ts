import type { AttributeValue, Span, SpanKind, SpanStatus } from "@betrace/contracts";
import { attributeName, type Slot } from "../projection.js";
import { WRAPPED_DURATION } from "./otlp-span.js";
import { NIL_WORD, parentId } from "./search-answer.js";
import { SharedMap } from "./shared-map.js";

const NO_ATTRIBUTES: ReadonlyMap<string, AttributeValue> = new Map();
const KINDS: ReadonlySet<string> = new Set<SpanKind>([
  "unspecified",
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
]);
const STATUSES: ReadonlySet<string> = new Set<SpanStatus>(["unset", "ok", "error"]);

/**
 * What Tempo answers where there is no value, or none that a column can show: "nil"; for a resource without a service name,
 * or with one that is no string, an empty one.
 */
function isNoValue(slot: Slot, value: AttributeValue): boolean {
  if (slot.to === "service" || (slot.to === "resource" && slot.service)) return value === "";
  return value === NIL_WORD && (slot.to === "attribute" || slot.to === "resource");
}

/** A span of a search answer while its fields arrive; one draft is used for many spans. */
export class SpanDraft {
  spanId = "";
  name = "";
  startNs = 0n;
  durationNs = 0n;
  /** Sticky: an attribute came twice under one name, so that it is not certain which of the two scopes this is. */
  ambiguous = false;
  /** Keys of the trace at hand that came back as {@link NIL_WORD}; undefined for none. */
  nilKeys: Set<string> | undefined;
  #parentSpanId = "";
  #service: string | undefined;
  #kind: SpanKind = "unspecified";
  #status: SpanStatus = "unset";
  #statusMessage = "";
  #attributes: Map<string, AttributeValue> | undefined;
  readonly #noResource = new SharedMap(NO_ATTRIBUTES);
  #resource = this.#noResource;

  put(slot: Slot, key: string, value: AttributeValue): void {
    if (isNoValue(slot, value)) {
      if (slot.to === "service") return;
      if (this.nilKeys === undefined) this.nilKeys = new Set();
      this.nilKeys.add(slot.to === "attribute" ? attributeName("span", key) : attributeName("resource", key));
      return;
    }
    switch (slot.to) {
      case "attribute":
        if (this.#attributes === undefined) this.#attributes = new Map();
        else if (this.#attributes.has(key)) this.ambiguous = true;
        this.#attributes.set(key, value);
        break;
      case "resource":
        if (slot.service && typeof value === "string") this.#service = value;
        if (this.#resource.entries.has(key)) this.ambiguous = true;
        this.#resource = this.#resource.with(key, value);
        break;
      case "service":
        if (typeof value === "string") this.#service = value;
        break;
      case "status":
        if (typeof value === "string" && STATUSES.has(value)) this.#status = value as SpanStatus;
        break;
      case "status_message":
        if (typeof value === "string") this.#statusMessage = value;
        break;
      case "kind":
        if (typeof value === "string" && KINDS.has(value)) this.#kind = value as SpanKind;
        break;
      case "parent":
        if (typeof value === "string") this.#parentSpanId = parentId(value);
        break;
      default:
        slot satisfies never;
    }
  }

  /** The span as drafted; the draft is empty afterwards. */
  finish(): Span {
    const span: Span = {
      spanId: this.spanId,
      parentSpanId: this.#parentSpanId,
      name: this.name,
      service: this.#service,
      kind: this.#kind,
      status: this.#status,
      statusMessage: this.#statusMessage,
      startNs: this.startNs,
      durationNs: this.durationNs >= WRAPPED_DURATION ? 0n : this.durationNs,
      attributes: this.#attributes ?? NO_ATTRIBUTES,
      resource: this.#resource.entries,
    };
    this.spanId = "";
    this.name = "";
    this.startNs = 0n;
    this.durationNs = 0n;
    this.#parentSpanId = "";
    this.#service = undefined;
    this.#kind = "unspecified";
    this.#status = "unset";
    this.#statusMessage = "";
    this.#attributes = undefined;
    this.#resource = this.#noResource;
    return span;
  }
}
