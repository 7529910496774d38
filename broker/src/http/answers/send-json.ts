import type { FastifyReply } from 'fastify';

const asIs = (text: unknown): string => text as string; // only called with strings

/** Sends a JSON document. The media type has no charset parameter (RFC 8259), which Fastify would add. */
export function sendJson(reply: FastifyReply, body: unknown, mediaType = 'application/json'): FastifyReply {
  return sendText(reply, JSON.stringify(body), mediaType);
}

/** Sends a document that is already a JSON text. */
export function sendText(reply: FastifyReply, json: string, mediaType: string): FastifyReply {
  return reply.serializer(asIs).type(mediaType).send(json);
}
