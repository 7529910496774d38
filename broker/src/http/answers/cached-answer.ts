import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './send-json.ts';

interface CachedAnswer {
  readonly body: unknown;
  readonly mediaType: string;
  /** How long whoever has it need not ask again. */
  readonly maxAgeS: number;
  /** Headers of requests that the answer hangs on. */
  readonly varies?: string;
}

/** Sends a document that may be kept, or 304 to whoever has it already (RFC 9110, 13.1.2; RFC 9111). */
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

/** By the weak comparison, as If-None-Match wants it. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
