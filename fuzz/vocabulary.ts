/** Few keys, so that rules and spans meet; hard ones among them, ones with a column of their own in Tempo's blocks, ones named like intrinsics. */
const COMMON_KEYS = ["k", "k", "amount", "user.region", "http.status_code", "http.method"];

export const KEYS: readonly string[] = [
  ...Array.from({ length: 6 }, () => COMMON_KEYS).flat(),
  "kind",
  "status",
  "name",
  "service.name",
  'q"k\\',
  "ключ 😀",
  "a {b} (c) | d",
  "-1",
  "span.name",
  "new\nline",
  `long.${"é".repeat(1_030)}`,
];

export const RESOURCE_KEYS: readonly string[] = [
  "k",
  "user.region",
  "cluster",
  "k8s.pod.name",
  "host",
  'q"k\\',
  "kind",
];

export const TEXTS: readonly string[] = [
  "a",
  "b",
  "ab",
  "A",
  "",
  "nil",
  "5",
  "5.0",
  "true",
  "eu-west-1",
  "us-east-1",
  "GET",
  'a"b',
  "a\\b",
  "a\nb",
  "\0",
  "é",
  "😀a",
  "ſ",
  "k",
  ".*",
  "(",
  "a|b",
  "$b",
  "\t",
  "`",
  "a\u2028b",
  "\ufeffa",
];

export const NAMES: readonly string[] = [
  "db.query",
  "retry",
  "GET /orders",
  "checkout",
  "audit.log",
  "authz.check",
  "",
  'naïve "q"',
  "多言語",
  "two\nlines",
  "nil",
  "back\\slash",
];

export const SERVICES: readonly string[] = ["gateway", "db", "cart", 'we"ird', "сервис", "GATEWAY"];

export const MESSAGES: readonly string[] = ["", "", "timeout", "deadline exceeded", 'bad "thing"', "é\n"];

export const INTEGERS: readonly bigint[] = [
  ...[-2n, -1n, 0n, 1n, 1n, 2n, 3n, 4n, 5n, 5n, 200n, 500n],
  ...[2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)],
];

export const DECIMALS: readonly number[] = [
  ...[0, 1, 1, 5, 5, 5.5, -0.5, 1.5, -1, 200, 500],
  ...[2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 1e21, 1e-7, 5e-324, Number.NaN, Number.POSITIVE_INFINITY],
];

/** Regular expressions that RE2 takes; half of them Tempo is asked for as they are. */
export const PATTERNS: readonly string[] = [
  ...[
    "a",
    "^a",
    "b$",
    "^ab$",
    "a|b",
    "^a|b$",
    "a.b",
    "^db\\.",
    "(?i)GET",
    "[ab]+",
    "[^a]",
    "\\d+$",
    "x*",
    "(?s)a.b",
    "^$",
    "",
  ],
  ...["\\p{L}", "é", '"', "\\\\", "(?m)^b", "eu-(west|east)-\\d", "^(GET|POST) ", "query$", "re", "\\$b", "(?i)ſ"],
];
