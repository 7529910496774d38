import type { FastifyInstance } from 'fastify';
import { NgsiLdError } from '../model/errors.ts';
import { parseEntityFragment, parseWholeEntity } from '../model/parse-entity.ts';
import { checkDateTime } from '../model/values.ts';
import { createEntity } from '../operations/create-entity.ts';
import { deleteEntity } from '../operations/delete-entity.ts';
import { mergeEntity } from '../operations/merge-entity.ts';
import { queryEntities } from '../operations/query-entities.ts';
import { replaceEntity } from '../operations/replace-entity.ts';
import { retrieveEntity } from '../operations/retrieve-entity.ts';
import { checkLinkDepth, checkNotTooWide } from '../query/entity-query.ts';
import { parseProjection } from '../query/projection.ts';
import type { Database } from '../store/database.ts';
import type { WriteLane } from '../store/write-lane.ts';
import { readGeometryProperty, sendEntities, sendEntity } from './entity-answer.ts';
import { entityId, sameId, typeFilter } from './entity-id.ts';
import {
  FILTER_PARAMETERS,
  ORDER_PARAMETERS,
  PAGE_PARAMETERS,
  REPRESENTATION_PARAMETERS,
  readEntityQuery,
  readRepresentation,
} from './entity-query.ts';
import { MEDIA_TYPES } from './negotiation.ts';
import { pageLinks } from './paging.ts';
import { readFormat } from './parameters.ts';
import { API, parameters, resource } from './resource.ts';

/** `/entities` (6.4) and `/entities/{id}` (6.5). Protocol only: what an entity may be is decided in `model/`. */
export function entityRoutes(app: FastifyInstance, db: Database, lane: WriteLane): void {
  resource(app, '/entities', {
    // 6.4.3.1 Create Entity
    POST: {
      parameters: parameters('local'),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const entity = parseWholeEntity(request.body, context);
        await lane.write(tenant, entity.id, createEntity(entity));
        return reply
          .code(201)
          .header('Location', `${API}/entities/${encodeURI(entity.id)}`)
          .send();
      },
    },
    // 6.4.3.2 Query Entities
    GET: {
      parameters: parameters(
        ...FILTER_PARAMETERS,
        ...REPRESENTATION_PARAMETERS,
        ...PAGE_PARAMETERS,
        ...ORDER_PARAMETERS,
      ),
      answers: MEDIA_TYPES,
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        const query = readEntityQuery(parameters, context);
        const how = readRepresentation(parameters, query.projection);
        const geometryProperty = readGeometryProperty(request);
        checkNotTooWide(query);
        checkLinkDepth(query);
        const { entities, count, hasNext } = await queryEntities(db, tenant, query);
        if (count !== undefined) reply.header('NGSILD-Results-Count', String(count));
        return sendEntities(request, reply, entities, how, geometryProperty, pageLinks(request, query, hasNext));
      },
    },
    // The path of an entity whose id is empty, not one without operations (6.5).
    PUT: { parameters: parameters(), handle: refuseEmptyId },
    PATCH: { parameters: parameters(), handle: refuseEmptyId },
  });

  resource(app, '/entities/:id', {
    // 6.5.3.1 Retrieve Entity
    GET: {
      parameters: parameters('type', ...REPRESENTATION_PARAMETERS),
      answers: MEDIA_TYPES,
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        const id = entityId(request);
        const projection = parseProjection(parameters, context);
        const how = readRepresentation(parameters, projection);
        const geometryProperty = readGeometryProperty(request);
        checkLinkDepth({ projection, joinLevel: 1 });
        const entity = await retrieveEntity(db, tenant, id, typeFilter(request));
        if (
          projection?.attrs !== undefined &&
          !projection.attrs.some((name) => Object.hasOwn(entity.attributes, name))
        ) {
          throw new NgsiLdError('ResourceNotFound', `Entity ${id} has none of the attributes asked for`);
        }
        return sendEntity(request, reply, entity, how, geometryProperty);
      },
    },
    // 6.5.3.2 Delete Entity
    DELETE: {
      parameters: parameters('type', 'local'),
      async handle(request, reply) {
        const id = entityId(request);
        await lane.write(request.ngsiLd.tenant, id, deleteEntity(id, typeFilter(request)));
        return reply.code(204).send();
      },
    },
    // 6.5.3.3 Replace Entity
    PUT: {
      parameters: parameters('type', 'local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = entityId(request);
        const selection = typeFilter(request);
        const entity = parseWholeEntity(request.body, context, id);
        sameId(id, entity.id);
        await lane.write(tenant, id, replaceEntity(entity, selection));
        return reply.code(204).send();
      },
    },
    // 6.5.3.4 Merge Entity
    PATCH: {
      parameters: parameters('type', 'local', 'lang', 'observedAt', 'options', 'format'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context, parameters } = request.ngsiLd;
        const id = entityId(request);
        const selection = typeFilter(request);
        if (readFormat(parameters, []).format === 'simplified') {
          throw new NgsiLdError('OperationNotSupported', 'format: got simplified, expected normalized or concise');
        }
        const { lang, observedAt } = parameters;
        const options = {
          ...(lang !== undefined && { lang }),
          ...(observedAt !== undefined && { observedAt: checkDateTime(observedAt, 'observedAt') }),
        };
        const fragment = parseEntityFragment(request.body, context, 'merge');
        sameId(id, fragment.id);
        await lane.write(tenant, id, mergeEntity(id, fragment, options, selection));
        return reply.code(204).send();
      },
    },
  });
}

function refuseEmptyId(): never {
  throw new NgsiLdError('BadRequestData', 'Entity id in the path: got nothing, expected a URI');
}
