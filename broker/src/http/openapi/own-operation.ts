import type { RouteDescription, Schema, Schemas } from './route-description.ts';

/** The parameters of a route outside the standard's API, of its path and its query. */
export function ownParameters(path: string, description: RouteDescription | undefined): object[] {
  const { params = {}, query = {}, call = {} } = description ?? {};
  const described = (place: 'path' | 'query', name: string, schema: Schema, example: unknown) => ({
    name,
    in: place,
    ...(place === 'path' && { required: true }),
    schema,
    ...(example !== undefined && { example }),
  });
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) =>
      described('path', name, params[name] ?? { type: 'string' }, call.params?.[name]),
    ),
    ...Object.entries(query).map(([name, schema]) => described('query', name, schema, call.query?.[name])),
  ];
}

/** The answers of a contract, by status. */
export function ownAnswers(answers: NonNullable<RouteDescription['answers']>): object {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schemas]) => [
      status,
      { description: 'Done', ...(Object.keys(schemas).length > 0 && { content: contentOf(schemas) }) },
    ]),
  );
}

/** @param example a valid value of each media type */
export function contentOf(schemas: Schemas, example?: unknown): object {
  return Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, { schema, ...(example !== undefined && { example }) }]),
  );
}
