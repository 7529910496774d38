import type { FastifyReply } from 'fastify';

const asIs = (text: unknown): string => text as string; // given strings only, below

/** Sends a JSON document. Its media type has no charset parameter (RFC 8259), which Fastify would otherwise add. */
export function sendJson(reply: FastifyReply, body: unknown, mediaType = 'application/json'): FastifyReply {
  return sendText(reply, JSON.stringify(body), mediaType);
}

/** The same where the JSON is there already. */
export function sendText(reply: FastifyReply, json: string, mediaType: string): FastifyReply {
  return reply.serializer(asIs).type(mediaType).send(json);
}
