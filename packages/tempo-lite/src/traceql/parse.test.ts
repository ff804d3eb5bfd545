import { expect } from "chai";
import { parseQuery } from "./parse.js";
import { TraceqlError } from "./traceql-error.js";

/** Queries that Tempo takes and tempo-lite does not, with what it says. */
const NOT_HERE: readonly (readonly [query: string, says: string])[] = [
  ['{ !(name = "x") }', "!( ... ) is not supported"],
  ["{ span.a = nil }", "span.a = nil is not supported"],
  ["{ .a = 1 }", "write span.a or resource.a"],
  ["{ span.ok }", "write span.ok = true"],
  ["{ 1 < span.a }", "the field must stand on the left"],
  ["{ span.a + 1 > 2 }", "arithmetic is not supported"],
  ["{ span.a > 1 + 2 }", "arithmetic is not supported"],
  ["{ -span.a > 1 }", "unexpected span.a"],
  ["{ span.a > 1s }", "an attribute is never a duration"],
  ["{ span.a = error }", "an attribute is never a status"],
  ["{ span.a =~ span.b }", "a regular expression must be a literal"],
  ["{ span.http.method = span.b }", "comparison of two fields is not supported"],
  ['{ true || name = "x" }', "true || ... is not supported"],
  ['{ name = "x" || (true && true) }', "true || ... is not supported"],
  ['{ trace:id =~ "abc" }', "use = instead"],
  ['{ trace:id =~ "0abc|def" }', "without leading zeros"],
  ['{ span:id = "00000000000000a1" }', "leading zeros"],
  ['{ trace:id > "a" }', "an order on ids is not supported"],
  ["{ span:childCount > 1 }", "the intrinsic span:childCount is not supported"],
  ["{ nestedSetLeft > 1 }", "the intrinsic nestedSetLeft is not supported"],
  ["{ nestedSetParent > 1 }", "only < 0 and = -1"],
  ["{} | select(nestedSetParent)", "select(nestedSetParent) is not supported"],
  ['{ event.x = "y" }', "the scope event. is not supported"],
  ["{ parent.x = 1 }", "the scope parent. is not supported"],
  ["{} >> {}", "the structural operator >> is not supported"],
  ["{} &>> {}", "the structural operator &>> is not supported"],
  ["{} > {}", "the structural operator > is not supported"],
  ["({} | count() > 1) && {}", "a pipeline in parentheses is not supported"],
  ["{} | avg(duration) > 1s", "avg is not supported"],
  ["{} | rate()", "rate is not supported"],
  ["{} | count() > 1.5", "count() is compared with an integer"],
  ["{} with (debug=true)", "only with (most_recent=true)"],
  ["(".repeat(10_000), "nested deeper than 200"],
  [`{ ${"(".repeat(10_000)}`, "nested deeper than 200"],
];

describe("parseQuery", () => {
  for (const [query, says] of NOT_HERE) {
    it(`refuses ${query.slice(0, 40)} and says why`, () => {
      expect(() => parseQuery(query)).to.throw(TraceqlError, says);
    });
  }

  it("names the line and column of what it refuses", () => {
    expect(() => parseQuery('{ name = "x" &&\n  .a = 1 }')).to.throw("parse error at line 2, col 3: ");
  });

  it("says what is supported", () => {
    expect(() => parseQuery("{} | rate()")).to.throw("supported here: { filters }");
  });

  it("answers any text with a query or a TraceqlError", () => {
    const pieces = [
      "{",
      "}",
      "(",
      ")",
      "&&",
      "||",
      "=",
      "=~",
      "!=",
      "!",
      "|",
      "by",
      "span.a",
      '"',
      "`",
      "\\",
      "1s",
      "1",
      ".5",
      "nil",
      "\u0000",
      "😀",
      "//",
      "/*",
    ];
    for (let at = 0; at < 3000; at++) {
      const text = Array.from(
        { length: at % 9 },
        (_, n) => pieces[(at * 31 + n * 17 + ((at * n) >> 2)) % pieces.length],
      ).join(at % 2 === 0 ? " " : "");
      try {
        parseQuery(text);
      } catch (error) {
        expect(error, JSON.stringify(text)).to.be.instanceOf(TraceqlError);
      }
    }
  });

  it("takes with (most_recent=true), which every answer here is", () => {
    expect(parseQuery("{ } with (most_recent=true)").stages).to.have.length(1);
  });
});
