import { expect } from "chai";
import fc from "fast-check";
import { OtlpJsonError, parseJson, readOtlpJson } from "./index.js";
import { anyGroup } from "./testing/arbitrary.js";
import { type Choose, spell } from "./testing/spell.js";

/** A choice that a seed decides. */
function chooser(gen: fc.GeneratorValue): Choose {
  return (...choices) => {
    const choice = choices[gen(fc.nat, choices.length - 1)];
    if (choice === undefined) throw new Error("there is nothing to choose from");
    return choice;
  };
}

/** Without a difference between the kinds of byte arrays. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
};

describe("reading OTLP/JSON", function () {
  this.timeout(60_000);

  it("gives the same spans for every spelling of a document", () => {
    fc.assert(
      fc.property(fc.array(anyGroup, { maxLength: 2 }), fc.gen(), (groups, gen) => {
        const text = spell(groups, chooser(gen));
        const read = [...readOtlpJson(parseJson(text)).resourceSpans];
        expect(plain(read), text).to.deep.equal(plain(groups));
      }),
      { numRuns: 500 },
    );
  });

  it("reads any bytes at all, or refuses them with its own error", () => {
    const document = fc
      .tuple(fc.array(anyGroup, { maxLength: 1 }), fc.gen())
      .map(([groups, gen]) => spell(groups, chooser(gen)));
    const damaged = fc
      .tuple(document, fc.nat(), fc.nat(40), fc.oneof(fc.string({ maxLength: 3 }), fc.json({ maxDepth: 2 })))
      .map(([text, from, length, put]) => {
        const at = from % (text.length + 1);
        return Buffer.from(text.slice(0, at) + put + text.slice(at + length));
      });
    const bytes = fc.oneof(
      damaged,
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all)),
    );
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          for (const _group of readOtlpJson(parseJson(body)).resourceSpans) read++;
        } catch (error) {
          expect(error, body.toString()).to.be.instanceOf(OtlpJsonError);
          refused++;
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(read, refused)).to.be.above(10);
  });
});
