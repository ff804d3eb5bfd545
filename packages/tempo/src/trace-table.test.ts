import { expect } from "chai";
import fc from "fast-check";
import { TempoError } from "./client/error.js";
import { TraceList } from "./trace-list.js";
import { TraceTable } from "./trace-table.js";

const hex32 = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 32, maxLength: 32 });
const startNs = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

function note(table: TraceTable, traceId: string, startNs: bigint, readWhole = false): boolean {
  const list = new TraceList();
  list.push({ traceId, startNs, readWhole });
  return table.noteEarliest(list, 0);
}

describe("a table of traces", () => {
  it("holds what a map of strings would", () => {
    fc.assert(
      fc.property(
        // Few ids, so that they come again, and enough of them that the table grows.
        fc.uniqueArray(hex32, { minLength: 1, maxLength: 700, size: "max" }).chain((ids) =>
          fc.array(fc.record({ traceId: fc.constantFrom(...ids), startNs, remove: fc.nat(9), ours: fc.boolean() }), {
            maxLength: 1_500,
            size: "max",
          }),
        ),
        (steps) => {
          const table = new TraceTable();
          const map = new Map<string, bigint>();
          const allOurs = new Set<string>();
          for (const { traceId, startNs, remove, ours } of steps) {
            if (remove === 0) {
              table.delete(traceId);
              map.delete(traceId);
              continue;
            }
            const before = map.get(traceId);
            note(table, traceId, startNs, ours);
            if (ours) allOurs.add(traceId);
            if (before === undefined || startNs < before) map.set(traceId, startNs);
            expect(table.get(traceId)).to.equal(map.get(traceId));
          }
          table.deleteBefore(2n ** 60n);
          for (const [traceId, startNs] of map) if (startNs < 2n ** 60n) map.delete(traceId);
          expect(table.size).to.equal(map.size);
          expect(new Map([...table].map((trace) => [trace.traceId, trace.startNs]))).to.deep.equal(map);
          expect([...table].every(({ traceId, readWhole }) => readWhole === allOurs.has(traceId))).to.equal(true);
          expect([...table.keys()].every((traceId) => table.has(traceId))).to.equal(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("does not know what it was not told", () => {
    const table = new TraceTable();
    note(table, "1".padStart(32, "0"), 1n);
    expect(table.has("2".padStart(32, "0"))).to.equal(false);
    expect(table.get("2".padStart(32, "0"))).to.equal(undefined);
    expect(table.size).to.equal(1);
  });
});

describe("a list of traces", () => {
  for (const traceId of ["", "1", "g".repeat(32), `${"1".repeat(31)}é`, "1".repeat(33)]) {
    it(`takes ${JSON.stringify(traceId)} for no trace id`, () => {
      expect(() => new TraceList().push({ traceId, startNs: 1n, readWhole: false })).to.throw(TempoError, "trace id");
    });
  }
});
