import type { TSchema } from 'typebox';

/** Texts or bytes of these media types instead of JSON. */
export interface Media {
  readonly media: readonly string[];
}

/** A JSON value, a file, or (`null`) no body. */
export type Content = TSchema | Media | null;

/** Every answer that is no problem, by status. */
export interface Answers {
  readonly [status: number]: Content;
}

type Schemas = { readonly [name: string]: { readonly [keyword: string]: unknown } };

/** A body or an answer of one of these media types, which is not JSON. */
export function media(...types: readonly [string, ...string[]]): Media {
  return { media: types };
}

export function isMedia(content: object | null): content is Media {
  return content !== null && 'media' in content;
}

/** The schemas of each status by media type, for `/openapi`. */
export function describeAnswers(answers: Answers): { readonly [status: string]: Schemas } {
  return Object.fromEntries(
    Object.entries(answers).map(([status, content]) => [status, content === null ? {} : contentsOf(content)]),
  );
}

export function contentsOf(content: TSchema | Media): Schemas {
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
