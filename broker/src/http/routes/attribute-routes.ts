import type { FastifyInstance } from 'fastify';
import type { Instances } from '../../entities/delete-attribute.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import { parseAttributeFragment, parseEntityFragment } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import { appendAttributes } from '../../operations/attributes/append-attributes.ts';
import { deleteAttribute } from '../../operations/attributes/delete-attribute.ts';
import { partialUpdateAttribute } from '../../operations/attributes/partial-update-attribute.ts';
import { replaceAttribute } from '../../operations/attributes/replace-attribute.ts';
import { updateAttributes } from '../../operations/attributes/update-attributes.ts';
import type { WriteParts } from '../../operations/operation-request.ts';
import { sendUpdateOutcome } from '../answers/write-outcome.ts';
import { attributeName, entityId, typeFilter } from '../requests/entity-id.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { type Parameters, readBoolean, readOptions } from '../requests/parameters.ts';
import { type Operation, parameters, resource } from '../requests/resource.ts';
import { attributeRetrieval, valueReplacement, valueRetrieval } from './attribute-value-routes.ts';

/** `/entities/{id}/attrs` (6.6), `/entities/{id}/attrs/{attr}` (6.7) and its value (TS 104 176, draft, 7.6). */
export function attributeRoutes(app: FastifyInstance, parts: WriteParts): void {
  resource(app, '/entities/:id/attrs', { POST: append(parts), PATCH: update(parts) });
  resource(app, '/entities/:id/attrs/:attr', {
    GET: attributeRetrieval(parts),
    PATCH: partialUpdate(parts),
    PUT: replace(parts),
    DELETE: deletion(parts),
  });
  resource(app, '/entities/:id/attrs/:attr/value', { GET: valueRetrieval(parts), PUT: valueReplacement(parts) });
}

/** 6.6.3.1 Append Attributes. */
function append(parts: WriteParts): Operation {
  return {
    parameters: parameters('options', 'type', 'local'),
    body: 'object',
    async handle(request, reply) {
      const { context, parameters } = request.ngsiLd;
      const { options } = parameters;
      const overwrite = !readOptions(parameters, ['noOverwrite']).has('noOverwrite');
      const selection = typeFilter(request);
      const document = request.body as JsonObject; // validated before the handler
      const fragment = parseEntityFragment(document, context, 'complete');
      const given = { fragment, document, overwrite, options };
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await appendAttributes(parts, operation, entityId(request), given, selection));
    },
  };
}

/** 6.6.3.2 Update Attributes. */
function update(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local'),
    body: 'object',
    async handle(request, reply) {
      const selection = typeFilter(request);
      const document = request.body as JsonObject; // validated before the handler
      const fragment = parseEntityFragment(document, request.ngsiLd.context, 'update');
      const id = entityId(request);
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await updateAttributes(parts, operation, id, fragment, document, selection));
    },
  };
}

/** 6.7.3.1 Partial Attribute Update. */
function partialUpdate(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local'),
    body: 'object',
    async handle(request, reply) {
      const id = entityId(request);
      const { term, name } = attributeName(request);
      const selection = typeFilter(request);
      const body = request.body as JsonObject; // validated before the handler
      const fragment = parseAttributeFragment(body, term, name, request.ngsiLd.context, 'partial');
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(
        reply,
        await partialUpdateAttribute(parts, operation, id, name, fragment, body, selection),
      );
    },
  };
}

/** 6.7.3.3 Replace Attribute. */
function replace(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'local'),
    body: 'object',
    async handle(request, reply) {
      const id = entityId(request);
      const { term, name } = attributeName(request);
      const selection = typeFilter(request);
      const body = request.body as JsonObject; // validated before the handler
      const fragment = parseAttributeFragment(body, term, name, request.ngsiLd.context, 'complete');
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await replaceAttribute(parts, operation, id, name, fragment, body, selection));
    },
  };
}

/** 6.7.3.2 Delete Attribute. */
function deletion(parts: WriteParts): Operation {
  return {
    parameters: parameters('datasetId', 'deleteAll', 'type', 'local'),
    async handle(request, reply) {
      const { datasetId, deleteAll } = request.ngsiLd.parameters;
      const id = entityId(request);
      const { name } = attributeName(request, true);
      const instances = readInstances(request.ngsiLd.parameters);
      const selection = typeFilter(request);
      const operation = operationRequest(request, reply);
      const query = { datasetId, deleteAll };
      return sendUpdateOutcome(reply, await deleteAttribute(parts, operation, id, name, instances, query, selection));
    },
  };
}

function readInstances(parameters: Parameters): Instances {
  if (readBoolean(parameters, 'deleteAll')) return { all: true };
  const { datasetId } = parameters;
  return { all: false, datasetId: datasetId === undefined ? undefined : parseDatasetId(datasetId, 'datasetId') };
}
