import { decodeDamaged } from "../../packages/tempo/src/testing/malformed-answers.js";
import { must, type Row } from "../row.js";

/** Answers of Tempo's that are damaged in every way. What is too large has tests of its own in packages/tempo. */
export const malformed: Row = {
  id: "11",
  title: "damaged protobuf and JSON",
  async run({ seed, scale }) {
    const { answers, read, refused } = decodeDamaged(scale === "short" ? 5_000 : 100_000, seed);
    must(read > answers / 10 && refused > answers / 10, `${read} read, ${refused} refused: not really damaged`);
    return [
      `${answers} damaged answers for each of 4 decoders: ${read} times read, ${refused} times refused with a protocol error, never anything else`,
    ];
  },
};
