import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatContextLink } from '../../context/link-header.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import { TEXT_SEPARATOR } from '../../model/represent/fast/represent-text.ts';
import { isJsonObject } from '../../model/values.ts';
import { sendJson, sendText } from './send-json.ts';

type Document = Record<string, unknown>;

/**
 * Sends a document or a list of documents. With JSON-LD each contains the @context; with JSON it is in the Link header
 * (6.3.6).
 */
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

/** Sends any JSON. What can't contain a @context is sent as JSON, with the @context in the Link header. */
export function sendValue(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const documents = [value].flat();
  if (request.ngsiLd.mediaType !== 'application/json' && documents.length > 0 && documents.every(isJsonObject)) {
    const inContext = documents.map((document) => ({ ...document }));
    return sendDocument(request, reply, Array.isArray(value) ? inContext : (inContext[0] as Document));
  }
  reply.header('link', formatContextLink(request.ngsiLd.context.link));
  return sendJson(reply, value);
}

/** Sends a list whose objects are already JSON texts, joined with `TEXT_SEPARATOR`. */
export function sendTexts(
  request: FastifyRequest,
  reply: FastifyReply,
  texts: string,
  links: readonly string[] = [],
): FastifyReply {
  setLinks(request, reply, links);
  const isPlain = request.ngsiLd.mediaType === 'application/json' || texts === '';
  const list = isPlain ? texts : texts.split(TEXT_SEPARATOR).map(contextAdder(request)).join(TEXT_SEPARATOR);
  return sendText(reply, `[${list}]`, request.ngsiLd.mediaType);
}

/** Sends an object that is already a JSON text. */
export function sendObjectText(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  setLinks(request, reply, []);
  const isPlain = request.ngsiLd.mediaType === 'application/json';
  return sendText(reply, isPlain ? text : contextAdder(request)(text), request.ngsiLd.mediaType);
}

function contextAdder({ ngsiLd: { context } }: FastifyRequest): (text: string) => string {
  const ending = `,"@context":${JSON.stringify(context.value)}}`;
  return (text) => text.slice(0, -1) + ending; // each object has at least an id
}

function setLinks(request: FastifyRequest, reply: FastifyReply, links: readonly string[]): void {
  const { context, mediaType } = request.ngsiLd;
  if (mediaType !== 'application/json') {
    if (links.length > 0) reply.header('link', links);
    return;
  }
  const link = formatContextLink(context.link);
  reply.header('link', links.length === 0 ? link : [link, ...links]);
}

/** 204 if everything was updated, otherwise 207 with what was not (6.6.3). Names in a 207 are IRIs. */
export function sendUpdateResult(reply: FastifyReply, result: UpdateResult): FastifyReply {
  if (result.notUpdated.length === 0) return reply.code(204).send();
  return sendJson(reply.code(207), result);
}
