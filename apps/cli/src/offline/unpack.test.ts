import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { unpack } from "./unpack.js";

/** The text that these bytes hold, given in pieces; or what is wrong with them. */
async function read(bytes: Uint8Array, pieceBytes = 65_536): Promise<string> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield Buffer.from(bytes.subarray(at, at + pieceBytes));
  }
  const parts: Buffer[] = [];
  try {
    for await (const part of unpack(pieces())) parts.push(part);
  } catch (error) {
    return `Error: ${(error as Error).message}`;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Twelve requests, packed by `zstd -19`. */
const ZSTD = Buffer.from(
  "KLUv/WTADqUIAOJLJhlQ1wMjpkQCEjXimmjAXUS523ybYsZRZWN6c947zGlKEmsRJEmOA0EM4ziKwjBqLQqCqJVSgpiTUkAaCwp/nYhxzA1bBrzw89rl7Gw3xRfmMvAwv9cJE+VSkYHPwaXi1PLX5q257WqXwSiNo3ObpR2qsPYy+7kM/DWLhb/Xl1+7VDx87Lc3XXlv66JUPJKKa2y55m/2Nv3ZxUKgccgzCsopKGw1UEVS5x4Qk24QVgoc9m7pW0gRMuktTAGy5C1EAbnELaQImeQWpgBZ8haigFziFlKETHILU4AseQtRQC5RN2wqkauBq9tn5WB9eMjDCDCSiUIxuhCcHJ1rt23PEFa4ZjdPk+w0QKYeFbDZty3+Af00TsA=",
  "base64",
);
const TEXT = '{"resourceSpans":[]}\n';

/** Node itself sees it where it comes in a piece of its own. */
const NO_GZIP =
  /^Error: (?:after byte \d+ of the file there is something that is not gzip|the gzip stream cannot be unpacked: incorrect header check)$/;

/** Packed messages as the Collector's file exporter writes them, each after its length. */
function framed(...messages: readonly Buffer[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(message.length);
      return [length, message];
    }),
  );
}

describe("unpacking a file", () => {
  it("takes text as it is, and gzip and zstd by their first bytes", async () => {
    expect(await read(Buffer.from(TEXT))).to.equal(TEXT);
    expect(await read(Buffer.alloc(0))).to.equal("");
    expect(await read(gzipSync(TEXT))).to.equal(TEXT);
    const unpacked = await read(ZSTD);
    expect(unpacked.split("\n")).to.have.length(13);
    expect(unpacked.match(/"db\.query"/g)).to.have.length(12);
  });

  it("takes members, frames and messages one after the other, whatever the pieces", async () => {
    const once = await read(ZSTD);
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const packed: [bytes: Buffer, text: string][] = [
      [Buffer.concat([gzipSync(TEXT), gzipSync(TEXT), Buffer.alloc(7)]), TEXT + TEXT],
      [Buffer.concat([ZSTD, skippable, ZSTD]), once + once],
      [Buffer.concat([skippable, ZSTD]), once],
      [framed(ZSTD, ZSTD), once + once],
    ];
    for (const [bytes, text] of packed) {
      for (const pieceBytes of [1, 3, 600, 65_536]) expect(await read(bytes, pieceBytes)).to.equal(text);
    }
  });

  it("refuses what is cut, and what follows a packed stream", async () => {
    const cases: [bytes: Buffer, says: RegExp][] = [
      [gzipSync(TEXT).subarray(0, -9), /^Error: the gzip stream cannot be unpacked: unexpected end of file$/],
      [Buffer.concat([gzipSync(TEXT), Buffer.from(TEXT)]), NO_GZIP],
      [Buffer.concat([gzipSync(TEXT), ZSTD]), NO_GZIP],
      [ZSTD.subarray(0, -1), /^Error: the zstd stream cannot be unpacked: it is cut off$/],
      [
        Buffer.concat([ZSTD, Buffer.from(TEXT)]),
        /^Error: the zstd stream cannot be unpacked: something that is not zstd follows$/,
      ],
      [framed(ZSTD).subarray(0, -1), /^Error: the zstd stream cannot be unpacked: it is cut off$/],
      [gzipSync(gzipSync(TEXT)), /^Error: this is packed twice, gzip in gzip; unpack it once$/],
    ];
    for (const [bytes, says] of cases) {
      for (const pieceBytes of [1, 65_536]) expect(await read(bytes, pieceBytes)).to.match(says);
    }
  });

  it("gives no text that was not packed: a changed byte is refused", async () => {
    const text = await read(ZSTD);
    const given: string[] = [];
    for (let at = 0; at < ZSTD.length; at++) {
      const changed = Buffer.from(ZSTD);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      const found = await read(changed);
      if (!found.startsWith("Error: ")) given.push(found);
    }
    // The size that a frame announces may be wrong; what is in it is right then.
    expect(given.filter((one) => one !== text)).to.deep.equal([]);
    const last = Buffer.from(ZSTD);
    last.writeUInt8(last.readUInt8(last.length - 1) ^ 1, last.length - 1);
    expect(await read(last)).to.equal(
      "Error: the zstd stream cannot be unpacked: its content is damaged: the checksum is another",
    );
  });

  it("names what it does not read, and what to do", async () => {
    const hex = (text: string) => Buffer.from(`${text}00112233445566778899`, "hex");
    const tar = Buffer.alloc(1_024);
    tar.write("traces/a.jsonl");
    tar.write("ustar", 257);
    const request = Buffer.from("0a2a0a1e0a1c0a0c736572766963652e6e616d65120c0a0a", "hex");
    const cases: [bytes: Buffer, name: string][] = [
      [hex("425a6839314159265359"), "bzip2"],
      [hex("fd377a585a00"), "xz"],
      [hex("504b0304"), "zip"],
      [hex("04224d18"), "lz4"],
      [hex("ff060000734e61507059"), "framed snappy"],
      [hex("377abcaf271c"), "7z"],
      [hex("789c"), "zlib"],
      [hex("1f9d"), "compress (.Z)"],
      [hex("50415231"), "Parquet"],
      [tar, "a tar archive"],
      [Buffer.from(`\uFEFF${TEXT}`, "utf16le"), "text in UTF-16"],
      [Buffer.from(TEXT, "utf16le"), "text in UTF-16"],
      [Buffer.from(TEXT, "utf16le").swap16(), "text in UTF-16"],
      [request, "OTLP in protobuf"],
      [framed(request), "OTLP in protobuf"],
      [hex("0001"), "a binary file"],
    ];
    for (const [bytes, name] of cases) {
      const said = `is ${name}, which is not read; `;
      expect(await read(bytes)).to.include(`Error: this ${said}`);
      expect(await read(gzipSync(bytes))).to.include(`Error: in the gzip ${said}`);
    }
  });
});
