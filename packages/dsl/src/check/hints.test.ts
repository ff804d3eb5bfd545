import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { parseRule } from "../parse-rule.js";
import type { RuleError } from "../rule-error.js";
import { notInRules } from "./not-in-rules.js";
import { FUNCTIONS, KEYED_FIELDS, SPAN_FIELDS, TRACE_FIELDS } from "./vocabulary.js";

/** Something to compare a field of each type with. */
const LITERALS = ['"x"', "3", "5s", '"error"', '"server"'];
const KNOWN = [...SPAN_FIELDS.keys(), ...KEYED_FIELDS.keys(), ...TRACE_FIELDS.keys(), ...FUNCTIONS.keys()];

/** What is written in place of the error's text by one who believes the hint; undefined if it offers no text. */
function offered(hint: string): string | undefined {
  const [, text] =
    /^(?:did you mean|an attribute is written|wrap it:|write it [a-z ]+:) (.+?)\??$/.exec(hint.split("? ")[0] ?? "") ??
    [];
  return text?.endsWith("(...)") ? text.replace("...", 'span.name == "x"') : text;
}

function errorsOf(text: string): readonly RuleError[] {
  const result = parseRule(text);
  return result.ok ? [] : result.errors;
}

/** A comparison with this reference, in one of the places where it can stand. */
function compared(reference: string, level: "span" | "trace"): readonly string[] {
  if (/^count\(|^trace\.count\(/.test(reference)) return [`${reference} > 3`];
  if (reference.endsWith(")")) return [reference, reference.replace(")", ', "y")')];
  return LITERALS.map((literal) => `${reference} == ${literal}`).map((text) =>
    level === "span" ? `trace.has(${text})` : text,
  );
}

describe("a hint", () => {
  const word = fc.constantFrom(
    ..."parent event events link links scope instrumentation resource attributes attrs tags service name id".split(" "),
    ..."trace_id parentSpanId start end status code message http method k8s root duration kind count children x".split(
      " ",
    ),
  );

  it("for a name that is none leads to a rule that is sound and can match", () => {
    const reference = fc
      .tuple(
        fc.constantFrom([], ["span"], ["trace"]),
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("", '["x"]', '["service.name"]'),
      )
      .map(([first, rest, key]) => ({ path: [...first, ...rest], key }))
      .map(({ path, key }) => ({ path, text: `${path.join(".")}${key}` }));
    fc.assert(
      fc.property(reference, fc.constantFrom("span" as const, "trace" as const), ({ path, text }, level) => {
        const [before = ""] = compared(text, level);
        for (const { code, hint } of errorsOf(before).filter((error) => error.code === "unknown_field")) {
          if (hint === undefined) continue;
          for (const [name] of hint.replaceAll(/"[^"]*"/g, "").matchAll(/\b(?:span|trace)\.[a-z_.]*[a-z]/g))
            expect(KNOWN, hint).to.include(name);
          const instead = offered(hint);
          if (instead === undefined || instead.includes('["..."]')) continue;
          const outside = hint.includes("outside") || instead.endsWith(")");
          const sound = compared(instead, outside ? "trace" : level).some((after) => errorsOf(after).length === 0);
          expect(sound, `${before}: ${code}: ${hint}`).to.equal(true);
          const [, key] = /^span\.attributes\["(.+)"\]$/.exec(instead) ?? [];
          const saidSo = path.some((part) => /^(attributes|attrs|tags)$/.test(part)) || text.endsWith("]");
          if (key === undefined || saidSo) continue;
          expect(notInRules(key.split(".")), hint).to.equal(undefined);
          expect(key, hint).not.to.match(/^(resource|root)\b/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("for what rules cannot ask for says so, and offers no attribute", () => {
    const asked =
      "span.parent.name span.parent.attributes span.parentSpanId parent.name span.event.name span.events event.name span.link.id span.links link.traceId " +
      "span.scope.name span.instrumentation.scope.version instrumentation.name span.traceId span.id trace.id trace_id span.start span.endTimeUnixNano " +
      "trace.start span.children.count span.tracestate";
    for (const name of asked.split(" ")) {
      for (const text of [`trace.has(${name} == "x")`, `${name} == "x"`, `trace.has(${name}["x"] > 1)`]) {
        const [error] = errorsOf(text);
        expect(error?.message, text).to.match(/^there is no field .*: a rule does not see /);
        expect(error?.hint, text).not.to.match(/attributes\[|did you mean/);
      }
    }
  });

  it("for an attribute whose name begins like one of these is not kept back", () => {
    for (const key of ["http.status_code", "id", "time", "linked.x", "eventbus.name", "start", "parenting"]) {
      const [error] = errorsOf(`trace.has(${key} == "x")`);
      expect(error?.hint, key).to.equal(`an attribute is written span.attributes["${key}"]`);
    }
  });

  it("for a span by itself offers no key that is empty", () => {
    const [error] = errorsOf("trace.has(span)");
    expect(error?.hint).to.equal('name what is asked of it: span.name == "checkout", or span.attributes["KEY"]');
  });

  it("that offers a text offers one that mends what was wrong there", () => {
    const file = new URL("../../conformance/rejected.json", import.meta.url);
    const groups = JSON.parse(readFileSync(file, "utf8")) as { cases: { text: unknown }[] }[];
    let tried = 0;
    for (const { text } of groups.flatMap(({ cases }) => cases)) {
      if (typeof text !== "string") continue;
      for (const { code, hint, line, column, length, text: wrong } of errorsOf(text)) {
        const instead = hint === undefined ? undefined : offered(hint);
        if (instead === undefined || instead.includes("...") || instead.includes("…") || hint?.includes("outside"))
          continue;
        const start =
          text
            .split("\n")
            .slice(0, line - 1)
            .join("\n").length +
          (line > 1 ? 1 : 0) +
          column -
          1;
        expect(text.slice(start, start + length)).to.equal(wrong);
        const mended = text.slice(0, start) + instead + text.slice(start + length);
        const again = errorsOf(mended).some((one) => one.code === code && one.line === line && one.column === column);
        expect(again, `${text}\n${hint}\n${mended}`).to.equal(false);
        tried++;
      }
    }
    expect(tried).to.be.greaterThan(15);
  });
});
