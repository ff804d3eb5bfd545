/** An OpenAPI 3.1 document, as far as the page shows it. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

const INTRO = `# The API

<!-- Made by \`npm run docs:api\` from the OpenAPI document that the API serves at \`/openapi.json\`. -->

Bodies are JSON in UTF-8, whatever the \`Content-Type\` header says, plain or packed (\`Content-Encoding: gzip\`, \`deflate\` or \`br\`). Times in are
RFC 3339 with any offset and up to nine fraction digits (in a URL a \`+\` is written \`%2B\`); times out are RFC 3339 in UTC. Ranges are half-open: the
start belongs to them, the end does not. Lists come a page at a time: give \`next_cursor\` back as \`cursor\`; null is the last page. Every answer
has \`X-Request-Id\`, which also stands in the log.

Nothing that was sent is passed over. A field or parameter that a call does not know, one that is given twice or without a value, a body if none
is read, a number with more digits than survive, a charset other than UTF-8: each is 400, by its name. An \`Accept\` that the answer does not
come in is 406 (\`text/csv\` works if it is listed).

An error is [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) \`application/problem+json\`: switch on \`code\`, read \`detail\`, and find each
thing that is wrong with its place in \`errors\` ([Problem](#problem)).
`;

/** The reference of the API as Markdown: every call with its parameters, body and answers, then every schema. */
export function apiPage({ paths, components }: OpenApi): string {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => call(method, path, operation)),
  );
  const schemas = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `### ${name}\n\n${described(schema)}${fields(schema)}`);
  return [INTRO, "## Calls\n", ...calls, "## Schemas\n", ...schemas].join("\n");
}

function call(method: string, path: string, operation: Operation): string {
  const rows = operation.parameters.map(({ name, required, description, schema }) =>
    row(`\`${name}\``, `${type(schema)}${required ? ", required" : ""}`, description ?? schema.description ?? ""),
  );
  const body = operation.requestBody?.content["application/json"]?.schema;
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) =>
    row(
      status,
      Object.entries(content ?? {})
        .map(([media, { schema }]) => (media.endsWith("json") ? type(schema) : media))
        .join(" or "),
      Number(status) < 300 ? "" : description,
    ),
  );
  return [
    `### ${method.toUpperCase()} ${path}\n`,
    `${operation.summary}\n`,
    ...(rows.length === 0 ? [] : ["| parameter | | |", "|---|---|---|", ...rows, ""]),
    ...(body === undefined ? [] : [`Body: ${type(body)}\n`]),
    "| answer | | |",
    "|---|---|---|",
    ...answers,
    "",
  ].join("\n");
}

function fields(schema: Schema): string {
  if (schema.properties === undefined) return `${type(schema)}\n`;
  const rows = Object.entries(schema.properties).map(([name, field]) => {
    const required = schema.required?.includes(name) === true;
    return row(`\`${name}\``, `${type(field)}${required ? "" : ", optional"}`, field.description ?? "");
  });
  return `${["| field | | |", "|---|---|---|", ...rows].join("\n")}\n`;
}

function described({ description }: Schema): string {
  return description === undefined ? "" : `${description}\n\n`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

/** A type in words, with a link where it is a schema of its own. */
function type(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(type))].join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.items !== undefined) return `list of ${type(schema.items)}`;
  if (schema.properties !== undefined) {
    const inner = Object.entries(schema.properties).map(([name, field]) => `\`${name}\` ${type(field)}`);
    return `{ ${inner.join("; ")} }`;
  }
  if (typeof schema.additionalProperties === "object") return `map of ${type(schema.additionalProperties)}`;
  if (schema.format === "date-time") return "time";
  return typeof schema.type === "string" ? schema.type : (schema.type?.join(" or ") ?? "anything");
}
