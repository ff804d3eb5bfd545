import { expect } from "chai";
import { firstWrongByte } from "./first-wrong-byte.js";

describe("the first byte that is no UTF-8", () => {
  it("is found: overlong forms, surrogates and cut characters are wrong", () => {
    const good = Buffer.from("\uFEFFaé\uFFFD€😀");
    for (const wrong of [[0xe9], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0xff], [0x80, 0x41]]) {
      const bytes = Buffer.concat([good, Buffer.from(wrong), Buffer.from("\uFFFD")]);
      expect(firstWrongByte(bytes), String(wrong)).to.equal(good.length);
    }
  });
});
