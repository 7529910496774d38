import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatContextLink } from '../context/link-header.ts';
import type { UpdateResult } from '../model/change-entity.ts';
import { sendJson } from './send-json.ts';

type Document = Record<string, unknown>;

/** Answers with a document or a list of them: the @context in each for JSON-LD, by Link for JSON (6.3.6). */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Document | readonly Document[],
  links: readonly string[] = [],
): FastifyReply {
  const { context, mediaType } = request.ngsiLd;
  if (mediaType === 'application/json') {
    reply.header(
      'Link',
      links.length === 0 ? formatContextLink(context.link) : [formatContextLink(context.link), ...links],
    );
  } else {
    if (links.length > 0) reply.header('Link', links);
    for (const document of Array.isArray(body) ? body : [body]) document['@context'] = context.value;
  }
  return sendJson(reply, body, mediaType);
}

/** 204 where all was done, 207 with what wasn't (6.6.3). Names in a 207 are IRIs. */
export function sendUpdateResult(reply: FastifyReply, result: UpdateResult): FastifyReply {
  if (result.notUpdated.length === 0) return reply.code(204).send();
  return sendJson(reply.code(207), result);
}
