import { readFileSync } from "node:fs";
import { expect } from "chai";
import { OtlpJsonError, parseJson, readOtlpJson } from "./index.js";

/** What is read and what is refused, as data: see its README. */
interface Case {
  readonly name: string;
  /** A whole document, or fields to put over a good span, or what a span's only attribute has for a value. */
  readonly document?: unknown;
  readonly text?: string;
  readonly span?: object;
  readonly value?: unknown;
  /** Fields of the first span that is read, 64-bit numbers in decimal with an `n`. */
  readonly reads?: Readonly<Record<string, unknown>>;
  readonly spans?: number;
  /** What the refusal says, word for word in part. */
  readonly refused?: readonly string[];
}

const GOOD = {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  name: "a",
  startTimeUnixNano: "1544712660000000000",
  endTimeUnixNano: "1544712661000000000",
};

function documentOf({ document, text, span, value }: Case): string {
  if (text !== undefined) return text.replaceAll("SPAN", JSON.stringify(GOOD));
  if (document !== undefined) return JSON.stringify(document).replaceAll('"SPAN"', JSON.stringify(GOOD));
  const attributes = value === undefined ? {} : { attributes: [{ key: "k", value }] };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...GOOD, ...attributes, ...span }] }] }] });
}

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === "bigint") return `${inner}n`;
      return typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner;
    }),
  );

const FILES = ["groups", "ids", "numbers", "words", "values", "shapes"];

for (const file of FILES) {
  const cases = JSON.parse(
    readFileSync(new URL(`../conformance/${file}.json`, import.meta.url), "utf8"),
  ) as readonly Case[];
  describe(`reading OTLP/JSON: ${file}`, () => {
    for (const one of cases) {
      it(one.name, () => {
        const read = () => {
          const { resourceSpans, ...about } = readOtlpJson(parseJson(documentOf(one)));
          const spans = [...resourceSpans].flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
          return { ...about, spans };
        };
        if (one.refused !== undefined) {
          expect(read)
            .to.throw(OtlpJsonError)
            .that.satisfies((error: Error) => {
              for (const words of one.refused ?? []) expect(error.message).to.contain(words);
              return true;
            });
          return;
        }
        const { spans, ...about } = read();
        expect(spans.length, "spans").to.equal(one.spans ?? 1);
        expect(plain({ ...about, ...spans[0] })).to.deep.include(one.reads ?? {});
      });
    }
  });
}
