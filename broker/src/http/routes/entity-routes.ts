import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseWholeEntity } from '../../model/parse/parse-entity.ts';
import type { Representation } from '../../model/represent/represent.ts';
import type { JsonObject } from '../../model/values.ts';
import { deleteEntity } from '../../operations/entities/delete-entity.ts';
import { mergeEntity } from '../../operations/entities/merge-entity.ts';
import { replaceEntity } from '../../operations/entities/replace-entity.ts';
import {
  type EntityRequest,
  type RetrievedEntity,
  type RetrievedText,
  retrieveEntity,
} from '../../operations/entities/retrieve-entity.ts';
import { perform } from '../../operations/entity-operation.ts';
import type { ReadParts, WriteParts } from '../../operations/operation-request.ts';
import { type ShownEntity, shownEntities } from '../../query/projection/linked-entity.ts';
import { parseProjection } from '../../query/projection/projection.ts';
import { sendObjectText } from '../answers/answer.ts';
import { readGeometryProperty, sendEntities, sendEntity, textShape } from '../answers/entity-answer.ts';
import { readEntityMapRequest, setMapHeaders } from '../answers/entity-map.ts';
import { sendEntityOutcome } from '../answers/write-outcome.ts';
import { entityId, sameId, typeFilter } from '../requests/entity-id.ts';
import {
  LINK_PARAMETERS,
  MAP_PARAMETERS,
  REPRESENTATION_PARAMETERS,
  readLinks,
  readRepresentation,
} from '../requests/entity-query.ts';
import { readMerge } from '../requests/merge-body.ts';
import { MEDIA_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { type Operation, parameters, resource } from '../requests/resource.ts';

/** `/entities/{id}` (6.5). */
export function entityRoutes(app: FastifyInstance, parts: WriteParts): void {
  resource(app, '/entities/:id', {
    GET: retrieval(parts),
    DELETE: deletion(parts),
    PUT: replacement(parts),
    PATCH: merge(parts),
  });
}

/** 6.5.3.1 Retrieve Entity. */
function retrieval(parts: ReadParts): Operation {
  return {
    parameters: parameters('type', ...REPRESENTATION_PARAMETERS, ...LINK_PARAMETERS, ...MAP_PARAMETERS),
    answers: MEDIA_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const projection = parseProjection(parameters, context);
      const links = { ...readLinks(parameters), ...(projection && { projection }) };
      const how = readRepresentation(parameters, projection);
      const [id, geometryProperty] = [entityId(request), readGeometryProperty(request)];
      const [selection, map] = [typeFilter(request), readEntityMapRequest(request, parameters)];
      const asked = { id, selection, links, map, shape: textShape(request, how) };
      const found = await retrieveEntity(parts, operationRequest(request, reply), asked);
      return sendRetrieved(request, reply, found, links, how, geometryProperty);
    },
  };
}

function sendRetrieved(
  request: FastifyRequest,
  reply: FastifyReply,
  found: RetrievedEntity | RetrievedText,
  links: EntityRequest['links'],
  how: Representation,
  geometryProperty: string,
): FastifyReply {
  if ('text' in found) return sendObjectText(request, reply, found.text);
  setMapHeaders(request, reply, found.map);
  const shown = shownEntities([found.entity], found.linked, how, links, 'refuse');
  const [root, ...others] = shown as [ShownEntity, ...ShownEntity[]];
  if (others.length === 0) return sendEntity(request, reply, root, geometryProperty);
  return sendEntities(request, reply, shown, geometryProperty, []);
}

/** 6.5.3.2 Delete Entity. */
function deletion(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local'),
    async handle(request, reply) {
      const id = entityId(request);
      const outcome = await perform(parts, operationRequest(request, reply), deleteEntity(id, typeFilter(request)));
      return sendEntityOutcome(reply, id, outcome);
    },
  };
}

/** 6.5.3.3 Replace Entity. */
function replacement(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local'),
    body: 'object',
    async handle(request, reply) {
      const id = entityId(request);
      const selection = typeFilter(request);
      const entity = parseWholeEntity(request.body, request.ngsiLd.context, id);
      sameId(id, entity.id);
      const document = request.body as JsonObject; // it was parsed as an entity
      const operation = replaceEntity({ entity, document, selection });
      const outcome = await perform(parts, operationRequest(request, reply), operation);
      return sendEntityOutcome(reply, id, outcome);
    },
  };
}

/** 6.5.3.4 Merge Entity. */
function merge(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local', 'lang', 'observedAt', 'options', 'format'),
    body: 'object',
    async handle(request, reply) {
      const id = entityId(request);
      const operation = mergeEntity({ ...readMerge(request, id), selection: typeFilter(request) });
      const outcome = await perform(parts, operationRequest(request, reply), operation);
      return sendEntityOutcome(reply, id, outcome);
    },
  };
}
