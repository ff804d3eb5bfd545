/** Queries that Tempo refuses with 400, and the words both answers must begin with. */
export interface RefusedCase {
  readonly fact: string;
  readonly query: string;
  readonly begins: string;
}

const PREFIX = "invalid TraceQL query: ";

export const REFUSED: readonly RefusedCase[] = [
  {
    fact: "an unfinished filter",
    query: "{ span.a = 1",
    begins: `${PREFIX}parse error at line 1, col 13: syntax error: unexpected $end`,
  },
  {
    fact: "a doubled sign",
    query: "{ span.a == 1 }",
    begins: `${PREFIX}parse error at line 1, col 11: syntax error: unexpected =`,
  },
  {
    fact: "a missing value",
    query: "{ span.a > }",
    begins: `${PREFIX}parse error at line 1, col 12: syntax error: unexpected }`,
  },
  {
    fact: "an unknown name",
    query: "{ foo = 1 }",
    begins: `${PREFIX}parse error at line 1, col 3: unknown identifier: foo`,
  },
  {
    fact: "a name against a number",
    query: "{ name > 1 }",
    begins: `${PREFIX}binary operations must operate on the same type: name > 1`,
  },
  {
    fact: "a status against a text",
    query: '{ status = "error" }',
    begins: `${PREFIX}binary operations must operate on the same type: status = \`error\``,
  },
  {
    fact: "a kind against a text",
    query: '{ kind = "client" }',
    begins: `${PREFIX}binary operations must operate on the same type: kind = \`client\``,
  },
  {
    fact: "a duration against a text",
    query: '{ duration = "1500ms" }',
    begins: `${PREFIX}binary operations must operate on the same type`,
  },
  {
    fact: "an order on statuses",
    query: "{ status > ok }",
    begins: `${PREFIX}illegal operation for the given types: status > ok`,
  },
  {
    fact: "an order on booleans",
    query: "{ span.a > true }",
    begins: `${PREFIX}illegal operation for the given types`,
  },
  {
    fact: "a regular expression that is a number",
    query: "{ span.a =~ 1 }",
    begins: `${PREFIX}illegal operation for the given types`,
  },
  { fact: "a broken regular expression", query: '{ name =~ "[" }', begins: `${PREFIX}invalid regex: \`[\`` },
  {
    fact: "an intrinsic that is nil",
    query: "{ name = nil }",
    begins: `${PREFIX}name=nil is not valid because intrinsics cannot be nil`,
  },
  {
    fact: "a number as a filter",
    query: "{ 1 }",
    begins: `${PREFIX}span filter field expressions must resolve to a boolean: { 1 }`,
  },
  {
    fact: "an integer past int64",
    query: "{ span.a = 9223372036854775808 }",
    begins: `${PREFIX}parse error at line 1, col`,
  },
  { fact: "an unknown escape", query: '{ span.a = "\\/" }', begins: `${PREFIX}parse error at line 1, col` },
  { fact: "an unknown escape in a name", query: '{ span."a\\n" = 1 }', begins: `${PREFIX}parse error at line` },
  { fact: "a newline in double quotes", query: '{ span.a = "x\ny" }', begins: `${PREFIX}parse error at line 1, col` },
  { fact: "a space inside a duration", query: "{ duration > 1 s }", begins: `${PREFIX}parse error at line 1, col 16` },
  { fact: "an underscore in a number", query: "{ span.a = 1_0 }", begins: `${PREFIX}parse error at line 1, col` },
  { fact: "a hexadecimal number", query: "{ span.a = 0x1 }", begins: `${PREFIX}parse error at line 1, col` },
  { fact: "single quotes", query: "{ span.a = 'x' }", begins: `${PREFIX}parse error at line 1, col` },
  {
    fact: "no braces",
    query: 'name = "x"',
    begins: `${PREFIX}parse error at line 1, col 1: syntax error: unexpected name`,
  },
  {
    fact: "a pipe with nothing behind",
    query: "{} |",
    begins: `${PREFIX}parse error at line 1, col 5: syntax error: unexpected $end`,
  },
  { fact: "an unknown stage", query: "{} | nonsense()", begins: `${PREFIX}parse error at line 1, col 6` },
];
