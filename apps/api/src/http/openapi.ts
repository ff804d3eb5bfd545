import { PROBLEMS, type ProblemCode, problem } from "@betrace/contracts";
import { z } from "zod";
import type { Route } from "./route.js";

/** Any call can answer these. */
const ALWAYS: readonly ProblemCode[] = ["invalid_request", "not_acceptable", "rate_limited", "internal"];

/** The OpenAPI 3.1 document of the given routes, made from the schemas that check them. */
export function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const components: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, components) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "BeTrace",
      version,
      description:
        "Rules replayed over the traces that Grafana Tempo already holds. Bodies are JSON whatever the Content-Type says.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: { schemas: components },
  };
}

function operation(route: Route, components: Record<string, unknown>): Record<string, unknown> {
  const pathParameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: [...pathParameters, ...queryParameters(route.query, components)],
    ...(route.body !== undefined && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: use(route.body, "input", components) } },
      },
    }),
    responses: responses(route, components),
  };
}

function queryParameters(query: z.ZodObject | undefined, components: Record<string, unknown>) {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = use(schema as z.ZodType, "input", components);
    const required = !(schema as z.ZodType).safeParse(undefined).success;
    return { name, in: "query", required, ...(description !== undefined && { description }), schema: rest };
  });
}

function responses(route: Route, components: Record<string, unknown>): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    answers[status] = {
      description: Number(status) < 300 ? "As asked." : "Not now.",
      ...(typeof answer === "string" && { content: { [answer]: { schema: { type: "string" } } } }),
      ...(typeof answer === "object" && {
        content: {
          "application/json": { schema: use(answer, "output", components) },
          ...Object.fromEntries((route.alsoAs ?? []).map((type) => [type, { schema: { type: "string" } }])),
        },
      }),
    };
  }
  const input: readonly ProblemCode[] = [
    ...(route.method === "get" ? [] : (["cross_site"] as const)),
    ...(route.body ? (["invalid_json", "body_too_large"] as const) : []),
  ];
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of [...input, ...(route.problems ?? []), ...ALWAYS]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  for (const [status, codes] of byStatus) {
    answers[status] ??= {
      description: [...codes].map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
      content: { "application/problem+json": { schema: use(problem, "output", components) } },
    };
  }
  return answers;
}

/** The JSON schema of a zod schema: a reference where it has an id, with what it refers to added to the components. */
function use(schema: z.ZodType, io: "input" | "output", components: Record<string, unknown>): Record<string, unknown> {
  const {
    $schema: _,
    $defs,
    ...own
  } = z.toJSONSchema(schema, { io, target: "draft-2020-12" }) as Record<string, unknown>;
  for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, unknown>)) {
    components[id] ??= relink(definition);
  }
  const id = schema.meta()?.id;
  if (typeof id !== "string") return relink(own) as Record<string, unknown>;
  components[id] ??= relink(own);
  return { $ref: `#/components/schemas/${id}` };
}

function relink(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relink);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => {
      if (key === "$ref" && typeof value === "string")
        return [[key, value.replace("#/$defs/", "#/components/schemas/")]];
      // zod repeats the id inside the definition, where OpenAPI has no use for it.
      if (key === "id" && typeof value === "string") return [];
      return [[key, relink(value)]];
    }),
  );
}
