import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** In a shared cache it is at most two minutes old: people act by alerts, departures and free places. */
const KEEPING = {
  minute: 'public, max-age=60, stale-while-revalidate=60',
  day: 'public, max-age=60, stale-while-revalidate=86400',
} as const;
export const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Sends a public answer that caches may store: with an ETag, or 304 if the client has it already.
 *
 * @param body a text is sent as it is, anything else as JSON
 */
export function cacheable(
  request: FastifyRequest,
  reply: FastifyReply,
  body: object | string,
  type = JSON_TYPE,
): FastifyReply {
  return cacheableFor('minute', request, reply, body, type);
}

/** The same for what hardly changes and nobody acts by: a cache may give it away for a day while it asks again. */
export function cacheableForADay(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  return cacheableFor('day', request, reply, body);
}

export function cacheableFor(
  time: keyof typeof KEEPING,
  { headers }: FastifyRequest,
  reply: FastifyReply,
  body: object | string,
  type = JSON_TYPE,
): FastifyReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', etag).header('cache-control', KEEPING[time]).header('access-control-allow-origin', '*');
  if (headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  return reply.type(type).send(text);
}
