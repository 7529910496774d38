import type { FastifyRequest } from 'fastify';
import { isStorable } from '../bodies/unstorable-text.ts';
import { refused } from '../problems/problems.ts';
import type { ParameterShape, Values } from './parameter-shape.ts';
import type { ParameterReader } from './readers.ts';

/**
 * Reads the query parameters of a request.
 *
 * @throws Problem 400: a parameter is invalid, occurs twice, is missing although required, or unknown
 */
export function readQuery<Shape extends ParameterShape>(
  request: Pick<FastifyRequest, 'query'>,
  shape: Shape,
): Values<Shape> {
  const query = request.query as { readonly [name: string]: unknown };
  for (const [name, value] of Object.entries(query)) {
    if (Object.hasOwn(shape, name)) continue;
    const known = Object.keys(shape).join(', ') || 'none';
    throw refused(name, value, `no parameter of that name; known: ${known}`, 400, { kind: 'unknown' });
  }
  return readAll(query, shape);
}

/** Reads the path parameters of a request (`:name`). @throws Problem 400: one is invalid */
export function readPath<Shape extends ParameterShape>(request: FastifyRequest, shape: Shape): Values<Shape> {
  return readAll(request.params as { readonly [name: string]: unknown }, shape);
}

function readAll<Shape extends ParameterShape>(
  given: { readonly [name: string]: unknown },
  shape: Shape,
): Values<Shape> {
  const values = Object.entries(shape).map(([name, reader]) => [name, readOne(name, given[name], reader)]);
  return Object.fromEntries(values) as Values<Shape>; // each parsed by its own reader
}

function readOne(name: string, given: unknown, reader: ParameterReader<unknown>): unknown {
  if (given === undefined) {
    if (reader.required) throw refused(name, undefined, reader.expected);
    return reader.default;
  }
  const value = typeof given === 'string' && isStorable(given) ? reader.parse(given) : undefined;
  if (value === undefined) throw refused(name, given, reader.expected);
  return value;
}
