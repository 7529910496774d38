import { isMedia, type OperationContract, type ParameterShape } from './contract.ts';

type Schemas = { readonly [name: string]: { readonly [keyword: string]: unknown } };

interface Described {
  readonly summary: string;
  readonly params?: Schemas;
  readonly query?: Schemas;
  /** Of the request's body, by media type. */
  readonly bodies?: Schemas;
  /** A valid call: its `params`, `query` and `body`. */
  readonly call?: OperationContract['example'];
  /** The schemas of each status by media type. */
  readonly answers: { readonly [status: string]: Schemas };
}

/** What an operation looks like in `/openapi`. */
export function describe({ summary, params, query, body, answers, example }: OperationContract): Described {
  return {
    summary,
    ...(params && { params: schemasOf(params) }),
    ...(query && { query: schemasOf(query) }),
    ...(body && { bodies: contentsOf(body) }),
    ...(example && { call: example }),
    answers: Object.fromEntries(
      Object.entries(answers).map(([status, content]) => [status, content === null ? {} : contentsOf(content)]),
    ),
  };
}

function schemasOf(shape: ParameterShape): Schemas {
  return Object.fromEntries(Object.entries(shape).map(([name, { schema }]) => [name, schema]));
}

function contentsOf(content: NonNullable<OperationContract['body']>): Schemas {
  if (!isMedia(content)) return { 'application/json': current(content) as Schemas[string] }; // of an object, an object
  const binary = { type: 'string', format: 'binary' };
  return Object.fromEntries(content.media.map((type) => [type, type.startsWith('application/json') ? {} : binary]));
}

/** In the JSON Schema of OpenAPI 3.1, the items of a tuple are `prefixItems`. */
function current(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(current);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { additionalItems, items, ...rest } = schema as { readonly [keyword: string]: unknown };
  const members = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, current(value)]));
  if (Array.isArray(items)) return { ...members, prefixItems: items.map(current), items: additionalItems ?? {} };
  return items === undefined ? members : { ...members, items: current(items) };
}
