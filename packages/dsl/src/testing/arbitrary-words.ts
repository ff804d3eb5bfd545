import fc from "fast-check";

/** Keys whose values Tempo's blocks keep in a typed column; arrays there are invisible to its search. */
export const COLUMN_KEYS = ["http.status_code", "http.method"] as const;

/** Texts that meet each other. */
export const COMMON_TEXTS: readonly string[] = [
  "a",
  "b",
  "ab",
  "",
  "db.query",
  "nil",
  "5",
  "true",
  "A",
  "a.b",
  "xay",
  "xb",
];

/** Texts that are hard to quote, or that two engines may compare differently. */
export const HARD_TEXTS: readonly string[] = [
  'a"b',
  "a\\b",
  "a\nb",
  "\u0000",
  "é",
  "😀a",
  "ſ",
  "\u212a",
  "k",
  ".*",
  "(",
  "a|b",
  "a$b",
  "\t",
  "`",
  "a\u2028b",
];

/** Texts that meet each other often enough for comparisons to hold, and that are hard to quote. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...COMMON_TEXTS),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...HARD_TEXTS),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
);

/** Attribute keys: few, so that rules and spans share them. Some have a column of their own in Tempo's blocks. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("k", "k", "user.region") },
  { weight: 2, arbitrary: fc.constantFrom(...COLUMN_KEYS) },
  { weight: 1, arbitrary: fc.constantFrom('q"k\\', "new\nline", "ключ 😀", "a {b} (c) | d", "-1", "span.name") },
);

/** Integers at the edges of doubles and of 64 bits. */
export const EDGE_INTEGERS: readonly bigint[] = [
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 53n + 3n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  2n ** 63n - 2n,
  -(2n ** 63n),
  1_000_000_000_000_000_001n,
];

/** Doubles at the edges of integers and of their own range. */
export const EDGE_DECIMALS: readonly number[] = [
  2 ** 53,
  2 ** 53 + 2,
  2 ** 53 + 4,
  -(2 ** 53),
  2 ** 63,
  -(2 ** 63),
  1e18,
  1e21,
  -1e300,
  1e-7,
  5e-324,
  1.7976931348623157e308,
];

export const anyInteger: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: -2n, max: 6n }) },
  { weight: 2, arbitrary: fc.constantFrom(...EDGE_INTEGERS) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
);

export const anyDecimal: fc.Arbitrary<number> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, 5, 5.5, -0.5, 1.5, -1, 2) },
    { weight: 2, arbitrary: fc.constantFrom(...EDGE_DECIMALS) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  )
  .map((value) => (value === 0 ? 0 : value));

export const anyDurationNs: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    500n,
    1_000n,
    10_000_000n,
    999_999_999n,
    1_000_000_000n,
    1_500_000_000n,
    90_000_000_000n,
    3_600_000_000_000n,
  ),
  fc.bigInt({ min: 0n, max: 10_000_000_000n }),
);
