import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { decodeRuleText } from "./decode-text.js";

describe("the text of a rule file", () => {
  it("is UTF-8, with or without a byte order mark", () => {
    expect(decodeRuleText("r", Buffer.from("\uFEFFname: é\n"))).to.deep.equal({ text: "name: é\n" });
    expect(decodeRuleText("r", Buffer.from("name: \uFFFD"))).to.deep.equal({ text: "name: \uFFFD" });
    expect(decodeRuleText("r", Buffer.alloc(0))).to.deep.equal({ text: "" });
  });

  it("in another encoding is a problem at the line and the byte where it shows", () => {
    const latin1 = decodeRuleText(
      "r.yaml",
      Buffer.concat([Buffer.from("# ü\nname: "), Buffer.from("café\n", "latin1")]),
    );
    expect(latin1.problem).to.include({
      line: 2,
      column: 10,
      length: 1,
      message: "the byte 0xe9 (the file's byte 15) is no UTF-8; rules are read as UTF-8",
    });
    expect(latin1.problem && latin1.shown.split("\n")[1]).to.equal("name: café");
    for (const [name, bytes] of [
      ["UTF-16LE", Buffer.from("\uFEFFname: a", "utf16le")],
      ["UTF-16LE", Buffer.from("name: a", "utf16le")],
      ["UTF-16BE", Buffer.from("\uFEFFname: a", "utf16le").swap16()],
      ["UTF-16BE", Buffer.from("name: a", "utf16le").swap16()],
    ] as const) {
      expect(decodeRuleText("r", bytes).problem?.message).to.equal(`the file is in ${name}; rules are read as UTF-8`);
    }
  });

  it("that is packed is called packed, and no text in another encoding", () => {
    expect(decodeRuleText("r.yaml.gz", gzipSync("name: a")).problem).to.include({
      message: "the file is packed with gzip; rules are read as text",
      hint: "unpack it first: gzip -dc FILE | betrace check -",
    });
  });
});
