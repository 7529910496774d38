import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const FOR_A_MINUTE = 'public, max-age=60, stale-while-revalidate=86400';

/**
 * Sends a public answer that caches may store: with an ETag, or 304 if the client has it already.
 *
 * @param body a text is sent as it is, anything else as JSON
 */
export function cacheable(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  body: object | string,
  type = 'application/json; charset=utf-8',
): FastifyReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', etag).header('cache-control', FOR_A_MINUTE).header('access-control-allow-origin', '*');
  if (headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  return reply.type(type).send(text);
}
