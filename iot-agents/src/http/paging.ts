import type { FastifyRequest } from 'fastify';
import { RegistryError } from '../frames/registry-error.ts';

const LARGEST_PAGE = 1_000;

/** `limit` (at most 1000) and `offset`. @throws RegistryError WRONG_SYNTAX */
export function paging({ query }: FastifyRequest): { limit: number; offset: number } {
  const given = query as { limit?: unknown; offset?: unknown };
  const read = (name: 'limit' | 'offset', otherwise: number, most: number): number => {
    const text = given[name];
    if (text === undefined) return otherwise;
    const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most))
      throw new RegistryError('WRONG_SYNTAX', `${name} is "${text}", expected a number up to ${most}`);
    return value;
  };
  return { limit: read('limit', 100, LARGEST_PAGE), offset: read('offset', 0, 999_999_999) };
}
