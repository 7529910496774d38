import type { FastifyRequest } from 'fastify';
import { refused } from '../problems/problems.ts';

const KEY = /^[\x21-\x7e]{1,100}$/;

/** The header Idempotency-Key. @throws Problem 400 */
export function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw refused('Idempotency-Key', key, 'at most 100 visible characters of ASCII');
  }
  return key;
}
