import type { FastifyReply, FastifyRequest } from 'fastify';
import { linkedEntities } from '../../entities/linked-entities.ts';
import { type EntityPage, queryEntities } from '../../entities/query-entities.ts';
import { queryEntityTexts } from '../../entities/read/entity-texts.ts';
import type { Origin } from '../../federation/calls/origin.ts';
import { linkedDistributed } from '../../federation/read/linked-distributed.ts';
import { queryDistributed } from '../../federation/read/query-distributed.ts';
import { checkLinkDepth, checkNotTooWide, type EntityQuery } from '../../query/entity-query.ts';
import { hasIdOrder, ID_ORDER } from '../../query/order/id-order.ts';
import { shownEntities } from '../../query/projection/linked-entity.ts';
import { originOf, warned } from '../requests/distribution.ts';
import { readRepresentation } from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { pageLinks } from '../requests/paging.ts';
import type { Parameters } from '../requests/parameters.ts';
import { sendTexts } from './answer.ts';
import { readGeometryProperty, sendEntities, textFormat } from './entity-answer.ts';
import { isMapped, mappedQuery, pageByMap } from './entity-map.ts';
import type { QueryParts } from './query-parts.ts';

/**
 * Executes a query (5.7.2) and answers with a page of what it finds.
 *
 * @param parameters what is said of representation
 * @throws NgsiLdError BadRequestData: the query is too wide, or its braces reach too deep
 */
export async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: QueryParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const { db, federation } = parts;
  const { tenant } = request.ngsiLd;
  const how = readRepresentation(parameters, query.projection);
  const geometryProperty = readGeometryProperty(request, parameters);
  checkNotTooWide(query);
  checkLinkDepth(query);
  const origin = originOf(request, federation, QUERY_OPERATIONS, query.local);
  if (query.ordering === undefined && hasIdOrder(request.headers.prefer)) tellIdOrder(reply);
  const format = textFormat(request, how);
  if (format !== undefined && origin === undefined && query.join === undefined && !isMapped(request, parameters)) {
    const page = await queryEntityTexts(db, tenant, query, { names: request.ngsiLd.context, format });
    if (page.count !== undefined) reply.header('NGSILD-Results-Count', String(page.count));
    return sendTexts(request, reply, page.texts, pageLinks(request, query, page.hasNext));
  }
  const { entities, count, hasNext } = await pageOf(request, reply, parts, query, parameters, origin);
  if (count !== undefined) reply.header('NGSILD-Results-Count', String(count));
  const fetch = origin && linkedDistributed(db, federation, origin);
  const linked = query.join === undefined ? [] : await linkedEntities(db, tenant, entities, query, fetch);
  const shown = shownEntities(entities, linked, how, query, 'refuse');
  return sendEntities(request, reply, shown, geometryProperty, pageLinks(request, query, hasNext));
}

function pageOf(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: QueryParts,
  query: EntityQuery,
  parameters: Parameters,
  origin: Origin | undefined,
): Promise<EntityPage> {
  const { db, federation } = parts;
  const page = isMapped(request, parameters)
    ? pageByMap(request, reply, mappedQuery(request, parts, query, parameters, origin), parameters)
    : origin === undefined
      ? queryEntities(db, request.ngsiLd.tenant, query)
      : queryDistributed(db, federation, origin, query, filterTexts(parameters));
  return origin === undefined ? page : warned(reply, federation, origin, page);
}

function tellIdOrder(reply: FastifyReply): void {
  const others = reply.getHeader('Preference-Applied');
  reply.header('Preference-Applied', others === undefined ? ID_ORDER : `${others}, ${ID_ORDER}`);
}

const QUERY_OPERATIONS = ['queryEntity', 'queryBatch'] as const;
