import { expect } from "chai";
import { readRuleFile } from "./read-rule-file.js";
import { placeOf, showProblem } from "./rule-problem.js";

/** Where `span.nam` is said to be wrong, and the text at that place of the file. */
function foundAt(yaml: string): readonly [place: string, text: string][] {
  return readRuleFile("r.yaml", yaml).problems.map(({ line, column, length }) => {
    const source = yaml.split("\n")[line - 1] ?? "";
    return [`${line}:${column}`, source.slice(column - 1, column - 1 + length)];
  });
}

describe("an error in a rule's text", () => {
  const cases: [style: string, yaml: string, place: string][] = [
    ["a plain scalar", 'id: a\nname: A\ndsl: trace.has(span.nam == "x")\n', "3:16"],
    ["single quotes", "id: a\nname: A\ndsl: 'not trace.has(span.nam == \"x\")'\n", "3:21"],
    [
      "single quotes with an apostrophe before",
      "id: a\nname: A\ndsl: 'trace.has(span.name == \"it''s\" and span.nam == \"x\")'\n",
      "3:42",
    ],
    [
      "double quotes with escapes before",
      'id: a\nname: A\ndsl: "trace.has(span.name == \\"\\u0041\\" and span.nam == 1)"\n',
      "3:45",
    ],
    [
      "double quotes over two lines",
      'id: a\nname: A\ndsl: "trace.has(span.name == \\"a\\"\n  and span.nam == 1)"\n',
      "4:7",
    ],
    [
      "a literal block",
      'id: a\nname: A\ndsl: |\n  trace.has(span.name == "x")\n    and trace.has(span.nam == "y")\n',
      "5:19",
    ],
    [
      "a folded block",
      'id: a\nname: A\ndsl: >-\n  trace.has(span.name == "x")\n  and trace.has(span.nam == "y")\n',
      "5:17",
    ],
    [
      "a literal block with its own indentation and a comment",
      'dsl: |2\n    trace.has(span.nam == "y")\nid: a\nname: A\n',
      "2:15",
    ],
    ["a list of rules", "- id: a\n  name: A\n  dsl: trace.has(span.nam == 1)\n", "3:18"],
    [
      "a second document",
      'id: a\nname: A\ndsl: trace.has(span.name == "x")\n---\nid: b\nname: B\ndsl: trace.has(span.nam == 1)\n',
      "7:16",
    ],
    [
      "a line with CRLF",
      'id: a\r\nname: A\r\ndsl: |\r\n  trace.has(span.name == "x")\r\n  and trace.has(span.nam == 1)\r\n',
      "5:17",
    ],
    ["JSON", '{ "id": "a", "name": "A", "dsl": "trace.has(span.nam == \\"x\\")" }', "1:45"],
  ];
  for (const [style, yaml, place] of cases) {
    it(`stands at its place in ${style}`, () => {
      expect(foundAt(yaml)).to.deep.equal([[place, "span.nam"]]);
    });
  }

  it("is shown with the line, a caret under the place and the fix", () => {
    const text = '\ttrace.has(span.nam == "x")';
    const [problem] = readRuleFile("rules/slow.betrace", text).problems;
    if (problem === undefined) throw new Error("there is a problem");
    expect(showProblem(problem, text, (_style, plain) => plain).split("\n")).to.deep.equal([
      "rules/slow.betrace:1:12: error: there is no field span.nam",
      '1 | \ttrace.has(span.nam == "x")',
      "    \t          ^^^^^^^^",
      "    did you mean span.name?",
    ]);
  });
});

describe("a rule file", () => {
  it("gives rules as the API takes them, and an id from its name where it holds one", () => {
    const one = readRuleFile("rules/Slow DB.yml", 'severity: high\ndsl: trace.has(span.name == "x")\n');
    expect(one.problems).to.deep.equal([]);
    expect(one.rules[0]?.rule).to.deep.equal({
      id: "Slow-DB",
      name: "Slow-DB",
      severity: "high",
      dsl: 'trace.has(span.name == "x")',
    });
    const plain = readRuleFile("slow.betrace", 'trace.has(span.name == "x")\n');
    expect(plain.rules[0]?.rule.id).to.equal("slow");
  });

  it("names every field that is unknown, missing or wrong, where it stands", () => {
    const yaml =
      'id: a\nname: A\nsevrity: high\nseverity: huge\ndsl: trace.has(span.name == "x")\n---\nid: b\nname: B\n';
    const said = readRuleFile("r.yaml", yaml).problems.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );
    expect(said).to.deep.equal([
      "3:1 unknown field sevrity; known: id, name, description, dsl, severity, enabled, annotations",
      '4:11 severity: expected one of info, low, warning, medium, error, high, critical, found "huge"',
      "7:1 a rule needs dsl",
    ]);
  });

  it("takes a severity in any letter case, and guesses at one that it does not know", () => {
    const withSeverity = (word: string) =>
      readRuleFile("r.yaml", `severity: ${word}\ndsl: trace.has(span.name == "x")\n`);
    expect(withSeverity("Warning").rules[0]?.rule.severity).to.equal("warning");
    expect(withSeverity("WARN").problems.map(({ hint }) => hint)).to.deep.equal(["did you mean warning?"]);
  });

  const annotationsOf = (file: string, text: string) => {
    const { rules, problems } = readRuleFile(file, text);
    expect(problems).to.deep.equal([]);
    return rules.map(({ rule }) => rule.annotations);
  };

  it("keeps the text of annotations and their names: YAML's numbers, dates and booleans are none here", () => {
    const yaml = `id: a
name: 3.10
description: 2026-01-01
dsl: true
annotations:
  version: 3.10
  account: 012345678901
  limit: 1e3
  big: 12345678901234567890
  on: True
  day: 2026-01-01
  3.10: [3.1, 0x1F, "7"]
`;
    expect(annotationsOf("r.yaml", yaml)).to.deep.equal([
      {
        version: "3.10",
        account: "012345678901",
        limit: "1e3",
        big: "12345678901234567890",
        on: "True",
        day: "2026-01-01",
        "3.10": "3.1,0x1F,7",
      },
    ]);
    expect(readRuleFile("r.yaml", yaml).rules[0]?.rule).to.include({
      name: "3.10",
      description: "2026-01-01",
      dsl: "true",
    });
  });

  it("in JSON has numbers, and one that would not survive is refused at its place", () => {
    const json = (value: string) => `{"id": "a", "name": "A", "dsl": "true", "annotations": {"k": ${value}}}`;
    expect(annotationsOf("r.json", json("12"))).to.deep.equal([{ k: "12" }]);
    expect(annotationsOf("r.json", json('["3.10", 0.5, true]'))).to.deep.equal([{ k: "3.10,0.5,true" }]);
    for (const number of ["3.10", "1e3", "12345678901234567890", "-0", "9007199254740993"]) {
      const said = readRuleFile("r.json", json(number)).problems;
      expect(said, number).to.have.length(1);
      expect(said[0]).to.include({ line: 1, column: 62, length: number.length });
      expect(said[0]?.message).to.match(/^the number \S+ would become \S+$/);
      expect(said[0]?.hint).to.equal(`write it as text: "${number}"`);
    }
  });

  it("follows aliases and merge keys wherever they stand", () => {
    const yaml = `- &base
  id: a
  name: A
  severity: high
  annotations: &labels {owner: &team db, tier: 1}
  dsl: &text trace.has(span.name == "x")
- <<: *base
  id: b
  annotations: {<<: *labels, tier: [*team, "2"]}
- <<: [{name: C, severity: low}, *base]
  id: c
  dsl: *text
---
- {id: d, name: D, dsl: &text false}
- {id: e, name: E, dsl: *text}
`;
    const { rules, problems } = readRuleFile("r.yaml", yaml);
    expect(problems).to.deep.equal([]);
    expect(
      rules.map(({ rule: { id, name, severity, annotations, dsl } }) => [id, name, severity, annotations, dsl]),
    ).to.deep.equal([
      ["a", "A", "high", { owner: "db", tier: "1" }, 'trace.has(span.name == "x")'],
      ["b", "A", "high", { owner: "db", tier: "db,2" }, 'trace.has(span.name == "x")'],
      ["c", "C", "low", { owner: "db", tier: "1" }, 'trace.has(span.name == "x")'],
      ["d", "D", undefined, undefined, "false"],
      ["e", "E", undefined, undefined, "false"],
    ]);
  });

  it("of YAML 1.1 merges too, and knows yes from text", () => {
    const yaml =
      "%YAML 1.1\n---\n- &a {id: a, name: A, enabled: no, annotations: {n: 010, y: yes, s: 1:30}, dsl: true}\n- {<<: *a, id: b}\n";
    const { rules, problems } = readRuleFile("r.yaml", yaml);
    expect(problems).to.deep.equal([]);
    const labels = { n: "010", y: "yes", s: "1:30" };
    expect(rules.map(({ rule }) => [rule.id, rule.enabled, rule.annotations])).to.deep.equal([
      ["a", false, labels],
      ["b", false, labels],
    ]);
  });

  it("says where an alias, a merge, a tag or a name cannot be followed", () => {
    const cases: [yaml: string, says: string[]][] = [
      [
        "id: &x a\nname: A\ndsl: true\n---\nid: *x\nname: A\ndsl: true\n",
        ["5:5 there is no anchor &x before this in its document"],
      ],
      ["id: a\nname: A\ndsl: true\n<<: 5\n", ["4:5 << takes a map or a list of maps, such as *defaults"]],
      ["&a\n<<: *a\nid: a\nname: A\ndsl: true\n", ["2:1 << merges a map into itself"]],
      ["id: a\nname: A\ndsl: !file x.dsl\n", ["3:6 Unresolved tag: !file"]],
      ["id: a\nname: A\ndsl: true\nname: B\n", ["4:1 name stands here a second time"]],
      ["id: a\nname: A\ndsl: true\nannotations: {__proto__: x}\n", ["4:15 a field cannot be named __proto__"]],
      ["id: a\nname: A\ndsl: true\nannotations: {[x]: y}\n", ["4:15 expected the name of a field, found none"]],
    ];
    for (const [yaml, says] of cases) {
      const { rules, problems } = readRuleFile("r.yaml", yaml);
      const said = problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
      expect(
        said.filter((one) => says.includes(one)),
        `${yaml}: ${said}`,
      ).to.deep.equal(says);
      expect(rules.map(({ rule }) => rule.id)).to.deep.equal(yaml.includes("---") ? ["a"] : []);
    }
  });

  it("refuses what the server would: ids, lengths, labels, size", () => {
    const long = (length: number) => "x".repeat(length);
    const EXPECTED = "annotations.k: expected a string, a number, a boolean, or a list of at most 64 of these";
    const cases: [fields: string, says: string][] = [
      ["id: a b", "id: expected 1 to 128 letters"],
      [`id: ${long(129)}`, "id: expected 1 to 128 letters"],
      ["name: ' '", "name: expected some text"],
      [`name: ${long(201)}`, "name: expected at most 200 characters"],
      [`description: ${long(4_001)}`, "description: expected at most 4000 characters"],
      ['name: "\\ud83d"', "name holds half of a character"],
      ['annotations: {k: [a, "\\ude00"]}', "annotations.k holds half of a character"],
      ['annotations: {"\\ud83d": a}', "annotations.\ud83d holds half of a character"],
      ["enabled: yes", 'enabled: expected a boolean, found "yes"'],
      ["annotations: 3", "annotations: expected a map, found 3"],
      ["annotations:", "annotations: expected a map, found nothing"],
      [`annotations: {k: ${long(16_385)}}`, "annotations.k: expected at most 16,384 characters"],
      [`annotations: {k: [${`${long(1_000)}, `.repeat(17)}]}`, "annotations.k: expected at most 16,384 characters"],
      ["annotations: {k: null}", `${EXPECTED}, found nothing (null)`],
      ["annotations: {k: {l: m}}", `${EXPECTED}, found a map`],
      ["annotations: {k: [a, null]}", `${EXPECTED}, found nothing (null) as its item 2`],
      ["annotations: {k: [[a]]}", `${EXPECTED}, found a list as its item 1`],
      [`annotations: {k: [${"a, ".repeat(65)}]}`, `${EXPECTED}, found 65 of them`],
      [
        'annotations: {k: [z, "x,y"]}',
        'annotations.k: expected items without commas, which join them, found "x,y"; write it as items of its own, or all as one text',
      ],
      [`annotations: {${long(129)}: v}`, `annotations.${long(129)}: expected a name of 1 to 128 characters`],
      [
        `annotations: {${Array.from({ length: 65 }, (_, i) => `k${i}: v`).join(", ")}}`,
        "annotations: expected at most 64 annotations",
      ],
      [
        `annotations: {${Array.from({ length: 64 }, (_, i) => `k${i}: [${`${"é".repeat(1_000)}, `.repeat(16)}]`).join(", ")}}`,
        "the rule has 2,",
      ],
    ];
    for (const [fields, says] of cases) {
      const { rules, problems } = readRuleFile("r.yaml", `${fields}\ndsl: true\n`);
      expect(rules, fields.slice(0, 40)).to.deep.equal([]);
      expect(problems[0]?.message.slice(0, says.length), fields.slice(0, 40)).to.equal(says);
    }
  });

  it("never advises what would be refused too where a value is left out", () => {
    const hintOf = (field: string) =>
      readRuleFile(
        "r.yaml",
        `id: a\nname: A\ndsl: true\n`.replace(new RegExp(`^${field.split(":")[0]}:.*\n`, "m"), "") + field,
      ).problems.map(({ hint }) => hint);
    expect(hintOf("description:")).to.deep.equal(['leave description out, or write ""']);
    expect(hintOf("annotations:")).to.deep.equal(["leave annotations out"]);
    expect(hintOf("enabled: ~")).to.deep.equal(["leave enabled out"]);
    expect(hintOf("dsl:")).to.deep.equal([undefined]);
    expect(hintOf("name: null")).to.deep.equal(['for the text, write it in quotes: "null"']);
  });

  it("may hold empty documents beside its rules, and says so where it holds nothing else", () => {
    const { rules, problems } = readRuleFile("slow.yaml", "# ours\n---\n# one\n---\ndsl: true\n---\n# end\n---\n");
    expect([rules.map(({ rule }) => rule.id), problems]).to.deep.equal([["slow"], []]);
    for (const text of ["# later\n", "---\n", "---\n# a\n---\n...\n"]) {
      expect(readRuleFile("r.yaml", text).problems.map(({ message }) => message)).to.deep.equal([
        "expected a rule, found only comments and empty documents",
      ]);
    }
  });

  it("that is no YAML, or holds nothing, has an error", () => {
    expect(readRuleFile("r.yaml", "name: [1\n").problems).to.have.length.greaterThan(0);
    expect(readRuleFile("r.yaml", "").problems.map(({ message }) => message)).to.deep.equal([
      "expected a rule, found nothing",
    ]);
    expect(readRuleFile("r.yaml", "- 5\n").problems[0]?.message).to.include("expected a rule");
  });

  it("place: an offset is a line and a column", () => {
    expect(placeOf("ab\ncd", 4)).to.deep.equal({ line: 2, column: 2 });
    expect(placeOf("ab", 0)).to.deep.equal({ line: 1, column: 1 });
  });
});
