import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './send-json.ts';

interface CachedAnswer {
  readonly body: unknown;
  readonly mediaType: string;
  /** How long clients may use it without revalidation. */
  readonly maxAgeS: number;
  /** Request headers that influence the answer. */
  readonly varies?: string;
}

/** Sends a cacheable document, or 304 if the client has it already (RFC 9110, 13.1.2; RFC 9111). */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, mediaType, maxAgeS, varies }: CachedAnswer,
): FastifyReply {
  const digest = createHash('sha256')
    .update(`${mediaType} ${JSON.stringify(body)}`)
    .digest('base64url');
  const etag = `"${digest.slice(0, 27)}"`;
  reply.header('ETag', etag).header('Cache-Control', `public, max-age=${maxAgeS}`);
  if (varies !== undefined) reply.header('Vary', varies);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return sendJson(reply, body, mediaType);
}

/** Uses the weak comparison, as required for If-None-Match. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
