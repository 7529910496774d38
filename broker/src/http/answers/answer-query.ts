import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryEntities } from '../../operations/entities/query-entities.ts';
import type { ReadParts } from '../../operations/operation-request.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { hasIdOrder, ID_ORDER } from '../../query/order/id-order.ts';
import { shownEntities } from '../../query/projection/linked-entity.ts';
import { readRepresentation } from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { pageLinks } from '../requests/paging.ts';
import type { Parameters } from '../requests/parameters.ts';
import { sendTexts } from './answer.ts';
import { readGeometryProperty, sendEntities, textShape } from './entity-answer.ts';
import { readEntityMapRequest, setMapHeaders } from './entity-map.ts';

/**
 * Executes a query (5.7.2) and answers with a page of the result.
 *
 * @param parameters for the representation
 *
 * @throws NgsiLdError BadRequestData: the query is too wide, or its braces are too deep
 */
export async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ReadParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const how = readRepresentation(parameters, query.projection);
  const geometryProperty = readGeometryProperty(request, parameters);
  const [map, shape, texts] = [
    readEntityMapRequest(request, parameters),
    textShape(request, how),
    filterTexts(parameters),
  ];
  if (query.ordering === undefined && hasIdOrder(request.headers.prefer)) setIdOrder(reply);
  const asked = { query, texts, map, shape };
  const found = await queryEntities(parts, operationRequest(request, reply, query.local), asked);
  if (found.count !== undefined) reply.header('ngsild-results-count', String(found.count));
  const links = pageLinks(request, query, found.hasNext);
  if ('texts' in found) return sendTexts(request, reply, found.texts, links);
  setMapHeaders(request, reply, found.map, 201);
  const shown = shownEntities(found.entities, found.linked, how, query, 'refuse');
  return sendEntities(request, reply, shown, geometryProperty, links);
}

function setIdOrder(reply: FastifyReply): void {
  const others = reply.getHeader('Preference-Applied');
  reply.header('Preference-Applied', others === undefined ? ID_ORDER : `${others}, ${ID_ORDER}`);
}
