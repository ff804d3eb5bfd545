import { expect } from "chai";
import { decodeDamaged } from "../testing/malformed-answers.js";

describe("a damaged answer", function () {
  this.timeout(60_000);

  it("is read or refused with a protocol error by every decoder, and never anything else", () => {
    const { read, refused } = decodeDamaged(3_000, Date.now() % 1_000_000_000);
    expect(read, "read").to.be.above(100);
    expect(refused, "refused").to.be.above(100);
  });
});
