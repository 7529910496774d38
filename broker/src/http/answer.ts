import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatContextLink } from '../context/link-header.ts';
import type { UpdateResult } from '../model/change-entity.ts';
import { sendJson, sendText } from './send-json.ts';

type Document = Record<string, unknown>;

/** Answers with a document or a list of them: the @context in each for JSON-LD, by Link for JSON (6.3.6). */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Document | readonly Document[],
  links: readonly string[] = [],
): FastifyReply {
  const { context, mediaType } = request.ngsiLd;
  setLinks(request, reply, links);
  if (mediaType !== 'application/json') {
    for (const document of Array.isArray(body) ? body : [body]) document['@context'] = context.value;
  }
  return sendJson(reply, body, mediaType);
}

/** The same with the JSON of objects, a list of which is written between brackets. */
export function sendTexts(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | readonly string[],
  links: readonly string[] = [],
): FastifyReply {
  const { context, mediaType } = request.ngsiLd;
  setLinks(request, reply, links);
  if (mediaType === 'application/json') return sendText(reply, joined(body), mediaType);
  const ending = `"@context":${JSON.stringify(context.value)}}`;
  const withContext = (text: string) => (text === '{}' ? `{${ending}` : `${text.slice(0, -1)},${ending}`);
  return sendText(reply, joined(typeof body === 'string' ? withContext(body) : body.map(withContext)), mediaType);
}

function joined(body: string | readonly string[]): string {
  return typeof body === 'string' ? body : `[${body.join(',')}]`;
}

function setLinks(request: FastifyRequest, reply: FastifyReply, links: readonly string[]): void {
  const { context, mediaType } = request.ngsiLd;
  if (mediaType !== 'application/json') {
    if (links.length > 0) reply.header('Link', links);
    return;
  }
  const link = formatContextLink(context.link);
  reply.header('Link', links.length === 0 ? link : [link, ...links]);
}

/** 204 where all was done, 207 with what wasn't (6.6.3). Names in a 207 are IRIs. */
export function sendUpdateResult(reply: FastifyReply, result: UpdateResult): FastifyReply {
  if (result.notUpdated.length === 0) return reply.code(204).send();
  return sendJson(reply.code(207), result);
}
