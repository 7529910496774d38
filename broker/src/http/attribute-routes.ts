import type { FastifyInstance } from 'fastify';
import { parseDatasetId } from '../model/parse-attribute.ts';
import { parseAttributeFragment, parseEntityFragment } from '../model/parse-entity.ts';
import { appendAttributes } from '../operations/append-attributes.ts';
import { deleteAttribute, type Instances } from '../operations/delete-attribute.ts';
import { partialUpdateAttribute } from '../operations/partial-update-attribute.ts';
import { replaceAttribute } from '../operations/replace-attribute.ts';
import { updateAttributes } from '../operations/update-attributes.ts';
import type { WriteLane } from '../store/write-lane.ts';
import { sendUpdateResult } from './answer.ts';
import { attributeName, entityId, sameId, typeFilter } from './entity-id.ts';
import { type Parameters, readBoolean, readOptions } from './parameters.ts';
import { parameters, resource } from './resource.ts';

/** `/entities/{id}/attrs` (6.6) and `/entities/{id}/attrs/{attr}` (6.7). */
export function attributeRoutes(app: FastifyInstance, lane: WriteLane): void {
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
        const id = sameId(entityId(request), fragment.id);
        return sendUpdateResult(
          reply,
          await lane.write(tenant, id, appendAttributes(id, fragment, overwrite, selection)),
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
        const id = sameId(entityId(request), fragment.id);
        return sendUpdateResult(reply, await lane.write(tenant, id, updateAttributes(id, fragment, selection)));
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
        await lane.write(tenant, id, partialUpdateAttribute(id, name, fragment, selection));
        return reply.code(204).send();
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
        await lane.write(tenant, id, replaceAttribute(id, name, fragment, selection));
        return reply.code(204).send();
      },
    },
    // 6.7.3.2 Delete Attribute
    DELETE: {
      parameters: parameters('datasetId', 'deleteAll', 'type', 'local'),
      async handle(request, reply) {
        const { tenant, parameters } = request.ngsiLd;
        const id = entityId(request);
        const { name } = attributeName(request, true);
        const instances = readInstances(parameters);
        await lane.write(tenant, id, deleteAttribute(id, name, instances, typeFilter(request)));
        return reply.code(204).send();
      },
    },
  });
}

function readInstances(parameters: Parameters): Instances {
  if (readBoolean(parameters, 'deleteAll')) return { all: true };
  const { datasetId } = parameters;
  return { all: false, datasetId: datasetId === undefined ? undefined : parseDatasetId(datasetId, 'datasetId') };
}
