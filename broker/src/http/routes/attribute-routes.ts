import type { FastifyInstance } from 'fastify';
import { appendAttributes } from '../../entities/append-attributes.ts';
import { deleteAttribute, type Instances } from '../../entities/delete-attribute.ts';
import { partialUpdateAttribute } from '../../entities/partial-update-attribute.ts';
import { replaceAttribute } from '../../entities/replace-attribute.ts';
import { updateAttributes } from '../../entities/update-attributes.ts';
import { distributeWrite } from '../../federation/write/distributed-write.ts';
import { attributeWrite, documentWrite, type Left, partOf, pathOf } from '../../federation/write/entity-writes.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import { parseAttributeFragment, parseEntityFragment } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import { sendUpdateResult } from '../answers/answer.ts';
import { sendUpdateOutcome } from '../answers/write-outcome.ts';
import { originOf } from '../requests/distribution.ts';
import { attributeName, entityId, typeFilter } from '../requests/entity-id.ts';
import { type Parameters, readBoolean, readOptions } from '../requests/parameters.ts';
import { parameters, resource } from '../requests/resource.ts';
import type { EntityParts } from './entity-routes.ts';

/** `/entities/{id}/attrs` (6.6) and `/entities/{id}/attrs/{attr}` (6.7). */
export function attributeRoutes(app: FastifyInstance, { db, lane, federation }: EntityParts): void {
  resource(app, '/entities/:id/attrs', {
    // 6.6.3.1 Append Attributes
    POST: {
      parameters: parameters('options', 'type', 'local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context, parameters } = request.ngsiLd;
        const overwrite = !readOptions(parameters, ['noOverwrite']).has('noOverwrite');
        const selection = typeFilter(request);
        const fragment = parseEntityFragment(request.body, context, 'complete');
        const id = entityId(request);
        const local = (left: Left) =>
          lane.write(tenant, id, appendAttributes(id, partOf(fragment, left), overwrite, selection));
        const origin = originOf(request, federation, ['appendAttrs']);
        if (origin === undefined) return sendUpdateResult(reply, await local({}));
        const write = { operation: 'appendAttrs', method: 'POST', path: attributesPath(id) } as const;
        const query = { options: parameters.options };
        const part = {
          id,
          types: fragment.types,
          document: documentOf(request.body as JsonObject, id),
          context,
          query,
          selection,
          local,
        };
        return sendUpdateOutcome(
          reply,
          await distributeWrite(db, federation, origin, documentWrite({ ...write, ...part })),
        );
      },
    },
    // 6.6.3.2 Update Attributes
    PATCH: {
      parameters: parameters('type', 'local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const selection = typeFilter(request);
        const fragment = parseEntityFragment(request.body, context, 'update');
        const id = entityId(request);
        const local = (left: Left) => lane.write(tenant, id, updateAttributes(id, partOf(fragment, left), selection));
        const origin = originOf(request, federation, ['updateEntity']);
        if (origin === undefined) return sendUpdateResult(reply, await local({}));
        const write = { operation: 'updateEntity', method: 'PATCH', path: attributesPath(id) } as const;
        const document = documentOf(request.body as JsonObject, id);
        const part = { id, types: fragment.types, document, context, selection, local };
        return sendUpdateOutcome(
          reply,
          await distributeWrite(db, federation, origin, documentWrite({ ...write, ...part })),
        );
      },
    },
  });

  resource(app, '/entities/:id/attrs/:attr', {
    // 6.7.3.1 Partial Attribute Update
    PATCH: {
      parameters: parameters('type', 'local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = entityId(request);
        const { term, name } = attributeName(request);
        const selection = typeFilter(request);
        const fragment = parseAttributeFragment(request.body, term, name, context, 'partial');
        const local = () => lane.write(tenant, id, partialUpdateAttribute(id, name, fragment, selection));
        const origin = originOf(request, federation, ['updateAttrs']);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const write = { operation: 'updateAttrs', method: 'PATCH', body: request.body as JsonObject } as const;
        const part = attributeWrite({ ...write, id, name, context, selection, local });
        return sendUpdateOutcome(reply, await distributeWrite(db, federation, origin, part));
      },
    },
    // 6.7.3.3 Replace Attribute
    PUT: {
      parameters: parameters('type', 'local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = entityId(request);
        const { term, name } = attributeName(request);
        const selection = typeFilter(request);
        const fragment = parseAttributeFragment(request.body, term, name, context, 'complete');
        const local = () => lane.write(tenant, id, replaceAttribute(id, name, fragment, selection));
        const origin = originOf(request, federation, ['replaceAttrs']);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const write = { operation: 'replaceAttrs', method: 'PUT', body: request.body as JsonObject } as const;
        const part = attributeWrite({ ...write, id, name, context, selection, local });
        return sendUpdateOutcome(reply, await distributeWrite(db, federation, origin, part));
      },
    },
    // 6.7.3.2 Delete Attribute
    DELETE: {
      parameters: parameters('datasetId', 'deleteAll', 'type', 'local'),
      async handle(request, reply) {
        const { tenant, context, parameters } = request.ngsiLd;
        const id = entityId(request);
        const { name } = attributeName(request, true);
        const instances = readInstances(parameters);
        const selection = typeFilter(request);
        const local = () => lane.write(tenant, id, deleteAttribute(id, name, instances, selection));
        const origin = originOf(request, federation, ['deleteAttrs']);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const query = { datasetId: parameters.datasetId, deleteAll: parameters.deleteAll };
        const write = { operation: 'deleteAttrs', method: 'DELETE', query } as const;
        const part = attributeWrite({ ...write, id, name, context, selection, local });
        return sendUpdateOutcome(reply, await distributeWrite(db, federation, origin, part));
      },
    },
  });
}

/** With a slash at the end: some sources know it by that alone. */
function attributesPath(id: string): string {
  return `${pathOf(id)}/attrs/`;
}

function readInstances(parameters: Parameters): Instances {
  if (readBoolean(parameters, 'deleteAll')) return { all: true };
  const { datasetId } = parameters;
  return { all: false, datasetId: datasetId === undefined ? undefined : parseDatasetId(datasetId, 'datasetId') };
}

/**
 * What sources are told. The path says which entity is meant, and the errors of 5.6.2.4 and 5.6.3.4 know none for another id
 * in the document, which official cases have: it is not looked at, and sources get the one that holds.
 */
function documentOf(body: JsonObject, id: string): JsonObject {
  return 'id' in body ? { ...body, id } : body;
}
