import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatContextLink } from '../../context/link-header.ts';
import type { TextShape } from '../../entities/read/entity-texts.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { inEarlierVersion } from '../../model/represent/earlier-version.ts';
import type { TextFormat } from '../../model/represent/fast/represent-text.ts';
import { LOCATION, representFeature } from '../../model/represent/geojson.ts';
import { type Representation, representEntity } from '../../model/represent/represent.ts';
import type { ShownEntity } from '../../query/projection/linked-entity.ts';
import { preferredMinor } from '../requests/version-preference.ts';
import { sendDocument } from './answer.ts';
import { sendJson } from './send-json.ts';

/** The GeoProperty that is used as geometry in GeoJSON (6.3.15). @throws NgsiLdError BadRequestData */
export function readGeometryProperty(request: FastifyRequest, parameters = request.ngsiLd.parameters): string {
  const { context, mediaType } = request.ngsiLd;
  const term = parameters.geometryProperty;
  if (term === undefined) return LOCATION;
  if (mediaType !== 'application/geo+json') {
    throw new NgsiLdError(
      'BadRequestData',
      `geometryProperty: got it with ${mediaType}, expected it with application/geo+json`,
    );
  }
  return context.attribute(term);
}

/** The shape of entities if their stored texts are sufficient; undefined: the documents are needed. */
export function textShape(request: FastifyRequest, how: Representation): TextShape | undefined {
  const format = textFormat(request, how);
  return format && { names: request.ngsiLd.context, format };
}

function textFormat(request: FastifyRequest, how: Representation): TextFormat | undefined {
  const { format, sysAttrs, pick, omit, datasetIds, lang } = how;
  if (sysAttrs || pick || omit || datasetIds || lang || format === 'concise') return undefined;
  const { prefer } = request.headers;
  if (prefer !== undefined && preferredMinor(String(prefer)) !== undefined) return undefined;
  return request.ngsiLd.mediaType === 'application/geo+json' ? undefined : format;
}

/** Sends one entity. @throws NgsiLdError ResourceNotFound: the projection leaves nothing of it (5.7.1) */
export function sendEntity(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: ShownEntity,
  geometryProperty: string,
): FastifyReply {
  const { context, mediaType } = request.ngsiLd;
  const { how } = shown;
  const entity = inPreferredVersion(request, reply, shown.entity);
  const nothing = () => new NgsiLdError('ResourceNotFound', `Entity ${entity.id} has none of the requested members`);
  if (mediaType !== 'application/geo+json') {
    const document = representEntity(entity, context, how);
    if (document === undefined) throw nothing();
    return sendDocument(request, reply, document);
  }
  const feature = representFeature(entity, context, how, geometryProperty);
  if (feature === undefined) throw nothing();
  return sendGeoJson(request, reply, feature, []);
}

/** Sends entities. Those of which the projection leaves nothing are left out (5.7.2). */
export function sendEntities(
  request: FastifyRequest,
  reply: FastifyReply,
  entities: readonly ShownEntity[],
  geometryProperty: string,
  links: readonly string[],
): FastifyReply {
  const { context, mediaType } = request.ngsiLd;
  const documents: Record<string, unknown>[] = [];
  for (const { entity: stored, how } of entities) {
    const entity = inPreferredVersion(request, reply, stored);
    const document =
      mediaType === 'application/geo+json'
        ? representFeature(entity, context, how, geometryProperty)
        : representEntity(entity, context, how);
    if (document !== undefined) documents.push(document);
  }
  if (mediaType !== 'application/geo+json') return sendDocument(request, reply, documents, links);
  return sendGeoJson(request, reply, { type: 'FeatureCollection', features: documents }, links);
}

/** 203 indicates that something had to be converted to an earlier version (4.3.6.8). */
function inPreferredVersion(request: FastifyRequest, reply: FastifyReply, entity: Entity): Entity {
  const { prefer } = request.headers;
  const minor = prefer === undefined ? undefined : preferredMinor(String(prefer));
  if (minor === undefined) return entity;
  const earlier = inEarlierVersion(entity, minor, request.ngsiLd.context);
  if (earlier !== entity) reply.code(203);
  return earlier;
}

/** GeoJSON contains its @context at the top, unless `Prefer: body=json` requests it in a Link header (6.3.6). */
function sendGeoJson(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Record<string, unknown>,
  links: readonly string[],
): FastifyReply {
  const { context } = request.ngsiLd;
  const prefersJson = /(?:^|[,;\s])body=json(?:$|[,;\s])/.test(String(request.headers.prefer ?? ''));
  const all = prefersJson ? [formatContextLink(context.link), ...links] : links;
  if (all.length > 0) reply.header('Link', all);
  if (!prefersJson) document['@context'] = context.value;
  return sendJson(reply, document, 'application/geo+json');
}
