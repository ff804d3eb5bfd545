import type { SpanField, TraceField } from "@betrace/contracts";
import type { ReferenceSyntax } from "../parse/syntax.js";
import { type CheckContext, quote } from "./check-context.js";
import { functionOf } from "./levels.js";
import { checkString } from "./literal.js";
import { nearestName } from "./nearest.js";
import { notInRules } from "./not-in-rules.js";
import { FUNCTIONS, KEYED_FIELDS, type Named, SPAN_FIELDS, TRACE_FIELDS } from "./vocabulary.js";

/** The span field that a reference names; undefined if it names none and a problem was reported. */
export function checkSpanField(reference: ReferenceSyntax, context: CheckContext): Named<SpanField> | undefined {
  const name = reference.path.join(".");
  if (reference.args !== undefined || functionOf(reference)) return reportCall(reference, context, "span");
  const keyed = KEYED_FIELDS.get(name);
  if (keyed) {
    if (reference.key === undefined) {
      context.report({
        code: "unknown_field",
        message: `${name} holds many values: say which by its key`,
        place: reference.place,
        expected: ["a key in brackets"],
        hint: `${name}["${keyed === "resource" ? "service.name" : "http.method"}"]`,
      });
      return undefined;
    }
    const key = checkString(reference.key, context.report);
    if (key === "")
      context.report({ code: "unknown_field", message: "a key is not empty", place: reference.key.place });
    return key ? { field: { kind: keyed, key }, type: "any" } : undefined;
  }
  const known = SPAN_FIELDS.get(name);
  if (known && reference.key === undefined) return known;
  if (TRACE_FIELDS.has(name)) {
    context.report({
      code: "mixed_levels",
      message: `${name} speaks of the whole trace and cannot stand in a span predicate`,
      place: reference.place,
      expected: ["a field of a span"],
      hint: "compare it outside: trace.has(...) and trace.duration > 5s",
    });
    return undefined;
  }
  return reportUnknownField(reference, context, "span");
}

/** The trace field that a reference names; undefined if it names none and a problem was reported. */
export function checkTraceField(reference: ReferenceSyntax, context: CheckContext): Named<TraceField> | undefined {
  if (reference.args !== undefined || functionOf(reference)) return reportCall(reference, context, "trace");
  const known = TRACE_FIELDS.get(reference.path.join("."));
  if (known && reference.key === undefined) return known;
  return reportUnknownField(reference, context, "trace");
}

/** A call where a field must stand, or a call that does not exist. */
function reportCall(reference: ReferenceSyntax, context: CheckContext, level: "span" | "trace"): undefined {
  const name = reference.path.join(".");
  const called = functionOf(reference);
  if (called === undefined) {
    const near = nearestName(name, "calls");
    context.report({
      code: "unknown_function",
      message: `there is no call ${name}(...)`,
      place: reference.pathPlace,
      expected: ["trace.has", "count", "trace.has_before", "trace.has_after", "exists"],
      hint: near ? `did you mean ${near}(...)?` : undefined,
    });
  } else if (level === "span" && called !== "exists") {
    context.report({
      code: "mixed_levels",
      message: `${name}(...) speaks of the whole trace and cannot stand in a span predicate`,
      place: reference.place,
      expected: ["a comparison of the span's fields"],
      hint: "join the calls outside: trace.has(...) and not trace.has(...)",
    });
  } else {
    context.report({
      code: "syntax",
      message: `${name} cannot be compared: it is a call that is true or false by itself`,
      place: reference.place,
      expected: [],
      hint: called === "exists" ? 'exists(span.attributes["k"])' : `${name}(span.name == "checkout")`,
    });
  }
  return undefined;
}

function reportUnknownField(reference: ReferenceSyntax, context: CheckContext, level: "span" | "trace"): undefined {
  const name = reference.path.join(".");
  const absent = notInRules(reference.path);
  const message = `there is no field ${quote(context, reference.place)}`;
  context.report({
    code: "unknown_field",
    message: absent ? `${message}: ${absent.why}` : message,
    place: reference.place,
    expected: level === "trace" ? [...TRACE_FIELDS.keys()] : [...SPAN_FIELDS.keys(), ...KEYED_FIELDS.keys()],
    hint: absent ? absent.instead : hintFor(name, reference, context, level),
  });
  return undefined;
}

function hintFor(
  name: string,
  reference: ReferenceSyntax,
  context: CheckContext,
  level: "span" | "trace",
): string | undefined {
  const key = reference.key ? `[${quote(context, reference.key.place)}]` : "";
  if (key && (SPAN_FIELDS.has(name) || TRACE_FIELDS.has(name))) return `write ${name} without a key`;
  if (key && name.toLowerCase() === "span") return `did you mean span.attributes${key}?`;
  const near = nearestName(name, "both");
  if (near && KEYED_FIELDS.has(near)) return `did you mean ${near}${key || '["..."]'}?`;
  if (near && key === "") return hintForName(near, level);
  const [root = "", ...rest] = reference.path;
  const path = /^(span|trace)$/i.test(root) ? rest : reference.path;
  if (/^root/i.test(path[0] ?? "")) return "of a root span a rule sees trace.root.name and trace.root.service";
  if (root.toLowerCase() === "trace") return "what the spans of a trace hold is asked with trace.has(...)";
  if (path.length === 0) return 'name what is asked of it: span.name == "checkout", or span.attributes["KEY"]';
  return hintForAttribute(path);
}

/** A field, or a call, that is near; where it stands matters too. */
function hintForName(near: string, level: "span" | "trace"): string {
  if (FUNCTIONS.has(near)) return `did you mean ${near}(...)?`;
  if (level === "span" && TRACE_FIELDS.has(near))
    return `did you mean ${near}? It speaks of the whole trace: compare it outside`;
  return `did you mean ${near}?`;
}

/**
 * `attributes.http.method`, `attrs.http.method`, `resource.service.name`; whatever else it is, `http.method`, is an
 * attribute of the span.
 */
function hintForAttribute(path: readonly string[]): string | undefined {
  const [holder = "", ...rest] = path;
  const known = rest.length > 0 ? nearestName(`span.${holder}`, "fields") : undefined;
  if (known && KEYED_FIELDS.has(known)) {
    const key = rest.join(".");
    return known === "span.resource" && key === "service.name"
      ? "did you mean span.service?"
      : `did you mean ${known}["${key}"]?`;
  }
  return `an attribute is written span.attributes["${path.join(".")}"]`;
}
