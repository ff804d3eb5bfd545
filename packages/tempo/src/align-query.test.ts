import { expect } from "chai";
import { alignQuery } from "./align-query.js";

const BUFFER_BYTES = 1_024;

/** Where attributes and numbers stand in a query, as byte offsets from the scope or first digit to the name's beginning or last digit. */
function fragilePlaces(query: string): { readonly from: number; readonly to: number }[] {
  const withoutStrings = query.replace(/"(?:[^"\\]|\\.)*"/g, (text) => `"${"x".repeat(Buffer.byteLength(text) - 2)}"`);
  return [...withoutStrings.matchAll(/(?:span|resource)\.|(?<![\w."])\d+(?:ns|s)?/g)].map((match) => ({
    from: Buffer.byteLength(withoutStrings.slice(0, match.index)),
    to: Buffer.byteLength(withoutStrings.slice(0, match.index + match[0].length)),
  }));
}

function acrossAnEnd(query: string): { readonly from: number; readonly to: number }[] {
  return fragilePlaces(query).filter(
    ({ from, to }) => Math.floor(from / BUFFER_BYTES) !== Math.floor((to - 1) / BUFFER_BYTES),
  );
}

describe("a query longer than Tempo's reading buffer", () => {
  const terms = (count: number, filler: string): string =>
    `{ ${Array.from({ length: count }, (_, n) => `(span."k${n}" = "${filler}" || duration > ${n * 1_000}ns)`).join(" || ")} }`;

  for (const filler of ["v", "a long value with blanks", "größer", "日本語 🙂"]) {
    it(`has no attribute and no number across the end of a buffer (values "${filler}")`, () => {
      let torn = 0;
      for (let count = 20; count < 120; count++) {
        expect(acrossAnEnd(alignQuery(terms(count, filler))), `${count} terms`).to.deep.equal([]);
        torn += acrossAnEnd(terms(count, filler)).length;
      }
      expect(torn, "as they were, some stood across an end").to.be.greaterThan(0);
    });
  }

  it("says the same: only blanks between tokens are added", () => {
    const query = terms(100, "a value");
    expect(alignQuery(query).replace(/ +/g, " ")).to.equal(query);
    expect(alignQuery(query).length).to.be.greaterThan(query.length);
  });

  it("is left alone when it fits one buffer", () => {
    const query = terms(5, "a value");
    expect(alignQuery(query)).to.equal(query);
  });
});
