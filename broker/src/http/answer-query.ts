import type { FastifyReply, FastifyRequest } from 'fastify';
import { linkedEntities } from '../operations/linked-entities.ts';
import { queryEntities } from '../operations/query-entities.ts';
import { checkLinkDepth, checkNotTooWide, type EntityQuery } from '../query/entity-query.ts';
import { shownEntities } from '../query/shown-entities.ts';
import type { Database } from '../store/database.ts';
import { readGeometryProperty, sendEntities } from './entity-answer.ts';
import { readRepresentation } from './entity-query.ts';
import { pageLinks } from './paging.ts';
import type { Parameters } from './parameters.ts';

/**
 * Executes a query (5.7.2) and answers with a page of what it finds.
 *
 * @param parameters what is said of representation
 * @throws NgsiLdError BadRequestData: the query is too wide, or its braces reach too deep
 */
export async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Database,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const { tenant } = request.ngsiLd;
  const how = readRepresentation(parameters, query.projection);
  const geometryProperty = readGeometryProperty(request, parameters);
  checkNotTooWide(query);
  checkLinkDepth(query);
  const { entities, count, hasNext } = await queryEntities(db, tenant, query);
  if (count !== undefined) reply.header('NGSILD-Results-Count', String(count));
  const linked = query.join === undefined ? [] : await linkedEntities(db, tenant, entities, query);
  const shown = shownEntities(entities, linked, how, query, 'refuse');
  return sendEntities(request, reply, shown, geometryProperty, pageLinks(request, query, hasNext));
}
