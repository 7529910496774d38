import type { FastifyInstance } from 'fastify';
import type { Context } from '../../context/contexts.ts';
import { createEntity } from '../../entities/create-entity.ts';
import { deleteEntity } from '../../entities/delete-entity.ts';
import { linkedEntities } from '../../entities/linked-entities.ts';
import { mergeEntity } from '../../entities/merge-entity.ts';
import { type Purged, purgeEntities } from '../../entities/purge-entities.ts';
import { retrieveEntityText } from '../../entities/read/entity-texts.ts';
import { replaceEntity } from '../../entities/replace-entity.ts';
import { retrieveEntity } from '../../entities/retrieve-entity.ts';
import type { WriteLane } from '../../entities/write-lane/write-lane.ts';
import { linkedDistributed } from '../../federation/read/linked-distributed.ts';
import { HERE, mappedSources } from '../../federation/read/mapped-sources.ts';
import { READ_OPERATIONS, retrieveDistributed } from '../../federation/read/retrieve-distributed.ts';
import { distributePurge } from '../../federation/write/distributed-purge.ts';
import { distributeWrite } from '../../federation/write/distributed-write.ts';
import {
  documentWrite,
  type Left,
  partOf,
  partOfDocument,
  pathOf,
  wholeWrite,
} from '../../federation/write/entity-writes.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { parseEntityFragment, parseWholeEntity } from '../../model/parse/parse-entity.ts';
import { parseSimplifiedFragment } from '../../model/parse/parse-simplified.ts';
import { checkDateTime, checkUri, type JsonObject } from '../../model/values.ts';
import { checkLinkDepth, checkNotTooWide } from '../../query/entity-query.ts';
import { type ShownEntity, shownEntities } from '../../query/projection/linked-entity.ts';
import { parseProjection } from '../../query/projection/projection.ts';
import { sendObjectText } from '../answers/answer.ts';
import { answerQuery } from '../answers/answer-query.ts';
import { readGeometryProperty, sendEntities, sendEntity, textFormat } from '../answers/entity-answer.ts';
import { isMapped, liveMap, tellNewMap } from '../answers/entity-map.ts';
import type { QueryParts } from '../answers/query-parts.ts';
import { sendEntityOutcome } from '../answers/write-outcome.ts';
import { originOf, warned } from '../requests/distribution.ts';
import { entityId, sameId, typeFilter } from '../requests/entity-id.ts';
import {
  FILTER_PARAMETERS,
  LINK_PARAMETERS,
  MAP_PARAMETERS,
  QUERY_PARAMETERS,
  REPRESENTATION_PARAMETERS,
  readEntityQuery,
  readFilter,
  readLinks,
  readRepresentation,
} from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { MEDIA_TYPES } from '../requests/negotiation.ts';
import { type Parameters, readFormat, readList } from '../requests/parameters.ts';
import { API, parameters, resource } from '../requests/resource.ts';

/** What entities are read and written with. */
export interface EntityParts extends QueryParts {
  readonly lane: WriteLane;
}

/** `/entities` (6.4) and `/entities/{id}` (6.5). Protocol only: what an entity may be is decided in `model/`. */
export function entityRoutes(app: FastifyInstance, parts: EntityParts): void {
  const { db, lane, federation } = parts;
  resource(app, '/entities', {
    // 6.4.3.1 Create Entity
    POST: {
      parameters: parameters('local'),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const entity = parseWholeEntity(request.body, context);
        const { id, types } = entity;
        const local = (left: Left) => lane.write(tenant, id, createEntity(partOf(entity, left)));
        const origin = originOf(request, federation, ['createEntity']);
        if (origin === undefined) {
          await local({});
          return reply.code(201).header('Location', locationOf(id)).send();
        }
        const document = request.body as JsonObject; // it was read as an entity
        const write = { operation: 'createEntity', method: 'POST', path: '/entities' } as const;
        const outcome = await distributeWrite(
          db,
          federation,
          origin,
          documentWrite({ ...write, id, types, document, context, local }),
        );
        if (outcome.anySucceeded) reply.header('Location', locationOf(id));
        return sendEntityOutcome(reply, id, outcome, () => reply.code(201).send());
      },
    },
    // 6.4.3.2 Query Entities
    GET: {
      parameters: QUERY_PARAMETERS,
      answers: MEDIA_TYPES,
      async handle(request, reply) {
        const { parameters, context } = request.ngsiLd;
        return answerQuery(request, reply, parts, readEntityQuery(parameters, context), parameters);
      },
    },
    // 6.4.3.3 Purge Entities
    DELETE: {
      parameters: parameters(...FILTER_PARAMETERS, 'keep', 'drop'),
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        const filter = readFilter(parameters, context);
        checkNotTooWide(filter);
        checkLinkDepth({ ...filter, joinLevel: 1 });
        const purged = readPurged(parameters, context);
        const local = () => purgeEntities(db, lane, tenant, filter, purged);
        const origin = originOf(request, federation, ['purgeEntity'], filter.local);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const texts = filterTexts(parameters);
        const outcome = await distributePurge(federation, origin, filter, texts, purged, local);
        return sendEntityOutcome(reply, '', outcome, () => reply.code(204).send());
      },
    },
    // The path of an entity whose id is empty, not one without operations (6.5).
    PUT: { parameters: parameters(), handle: refuseEmptyId },
    PATCH: { parameters: parameters(), handle: refuseEmptyId },
  });

  resource(app, '/entities/:id', {
    // 6.5.3.1 Retrieve Entity
    GET: {
      parameters: parameters('type', ...REPRESENTATION_PARAMETERS, ...LINK_PARAMETERS, ...MAP_PARAMETERS),
      answers: MEDIA_TYPES,
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        const id = entityId(request);
        const projection = parseProjection(parameters, context);
        const query = { ...readLinks(parameters), ...(projection && { projection }) };
        const how = readRepresentation(parameters, projection);
        const geometryProperty = readGeometryProperty(request);
        checkLinkDepth(query);
        const selection = typeFilter(request);
        const origin = originOf(request, federation, READ_OPERATIONS);
        const isMapAsked = isMapped(request, parameters);
        const format = textFormat(request, how);
        const isPlain = origin === undefined && selection === undefined && query.join === undefined && !isMapAsked;
        if (format !== undefined && isPlain) {
          const names = request.ngsiLd.context;
          return sendObjectText(request, reply, await retrieveEntityText(db, tenant, id, { names, format }));
        }
        const attributes = projection?.attrs && new Set(projection.attrs);
        const map = isMapAsked ? await liveMap(request, reply, db) : undefined;
        const only = map && mappedSources(map, [id]);
        const { entity, parties } =
          origin === undefined
            ? { entity: await retrieveEntity(db, tenant, id, selection), parties: [HERE] }
            : await warned(
                reply,
                federation,
                origin,
                retrieveDistributed(db, federation, origin, id, selection, attributes, only),
              );
        if (map === undefined && isMapAsked) await tellNewMap(request, reply, db, [[id, parties]]);
        if (projection?.attrs?.some((name) => Object.hasOwn(entity.attributes, name)) === false) {
          throw new NgsiLdError('ResourceNotFound', `Entity ${id} has none of the attributes asked for`);
        }
        const fetch = origin && linkedDistributed(db, federation, origin);
        const linked = query.join === undefined ? [] : await linkedEntities(db, tenant, [entity], query, fetch);
        const [root, ...others] = shownEntities([entity], linked, how, query, 'refuse') as [
          ShownEntity,
          ...ShownEntity[],
        ];
        if (others.length === 0) return sendEntity(request, reply, root, geometryProperty);
        return sendEntities(request, reply, [root, ...others], geometryProperty, []);
      },
    },
    // 6.5.3.2 Delete Entity
    DELETE: {
      parameters: parameters('type', 'local'),
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = entityId(request);
        const selection = typeFilter(request);
        const local = () => lane.write(tenant, id, deleteEntity(id, selection));
        const origin = originOf(request, federation, ['deleteEntity']);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const write = { operation: 'deleteEntity', method: 'DELETE', path: pathOf(id) } as const;
        const outcome = await distributeWrite(
          db,
          federation,
          origin,
          wholeWrite({ ...write, id, context, selection, local }),
        );
        return sendEntityOutcome(reply, id, outcome, () => reply.code(204).send());
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
        const local = (left: Left) => lane.write(tenant, id, replaceEntity(partOf(entity, left), selection));
        const origin = originOf(request, federation, ['replaceEntity']);
        if (origin === undefined) {
          await local({});
          return reply.code(204).send();
        }
        const document = request.body as JsonObject; // it was read as an entity
        const write = { operation: 'replaceEntity', method: 'PUT', path: pathOf(id) } as const;
        const whole = { id, types: entity.types, document, context, selection, local, replacesAll: true };
        const outcome = await distributeWrite(db, federation, origin, documentWrite({ ...write, ...whole }));
        return sendEntityOutcome(reply, id, outcome, () => reply.code(204).send());
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
        const { lang, observedAt } = parameters;
        const options = {
          ...(lang !== undefined && { lang }),
          ...(observedAt !== undefined && { observedAt: checkDateTime(observedAt, 'observedAt') }),
        };
        const body = request.body as JsonObject; // checked before the handler
        let fragmentOf: (left: Left) => EntityFragment | ((before: Entity) => EntityFragment);
        if (readFormat(parameters, []).format === 'simplified') {
          if (body.id !== undefined) sameId(id, checkUri(body.id, 'id'));
          fragmentOf = (left) => (before) =>
            parseSimplifiedFragment(partOfDocument(body, left, context), before, context, lang);
        } else {
          const fragment = parseEntityFragment(body, context, 'merge');
          sameId(id, fragment.id);
          fragmentOf = (left) => partOf(fragment, left);
        }
        const local = (left: Left) => lane.write(tenant, id, mergeEntity(id, fragmentOf(left), options, selection));
        const origin = originOf(request, federation, ['mergeEntity']);
        if (origin === undefined) {
          await local({});
          return reply.code(204).send();
        }
        const write = { operation: 'mergeEntity', method: 'PATCH', path: pathOf(id) } as const;
        const query = { lang, observedAt, options: parameters.options, format: parameters.format };
        const types = 'type' in body ? parseEntityFragment({ type: body.type }, context, 'merge').types : undefined;
        const part = documentWrite({ ...write, id, types, document: body, context, query, selection, local });
        const outcome = await distributeWrite(db, federation, origin, part);
        return sendEntityOutcome(reply, id, outcome, () => reply.code(204).send());
      },
    },
  });
}

function locationOf(id: string): string {
  return `${API}/entities/${encodeURI(id)}`;
}

function refuseEmptyId(): never {
  throw new NgsiLdError('BadRequestData', 'Entity id in the path: got nothing, expected a URI');
}

/** What of the entities goes (5.6.21): all of each, all attributes but those kept, or those dropped. */
function readPurged(parameters: Parameters, context: Context): Purged {
  const { keep, drop } = parameters;
  if (keep !== undefined && drop !== undefined) {
    throw new NgsiLdError('BadRequestData', 'keep and drop: got both, expected one of them');
  }
  const read = (name: 'keep' | 'drop') =>
    new Set(readList(parameters, name)?.map((term) => expandAttributeName(term, name, context)));
  if (keep !== undefined) return { kind: 'allBut', names: read('keep') };
  if (drop !== undefined) return { kind: 'only', names: read('drop') };
  return { kind: 'entity' };
}
