import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import { parseAttributeFragment, parseEntityFragment } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import { appendAttributes } from '../../operations/attributes/append-attributes.ts';
import type { AttributeInput, AttributesInput } from '../../operations/attributes/attributes-input.ts';
import { deleteAttribute, type Instances } from '../../operations/attributes/delete-attribute.ts';
import { partialUpdateAttribute } from '../../operations/attributes/partial-update-attribute.ts';
import { replaceAttribute } from '../../operations/attributes/replace-attribute.ts';
import { updateAttributes } from '../../operations/attributes/update-attributes.ts';
import { type EntityOperation, perform } from '../../operations/entity-operation.ts';
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
  return write(parts, parameters('options', 'type', 'local'), 'object', (request) => {
    const { parameters } = request.ngsiLd;
    const overwrite = !readOptions(parameters, ['noOverwrite']).has('noOverwrite');
    return appendAttributes({ ...attributesOf(request, 'complete'), overwrite, options: parameters.options });
  });
}

/** 6.6.3.2 Update Attributes. */
function update(parts: WriteParts): Operation {
  return write(parts, parameters('type', 'local'), 'object', (request) =>
    updateAttributes(attributesOf(request, 'update')),
  );
}

/** 6.7.3.1 Partial Attribute Update. */
function partialUpdate(parts: WriteParts): Operation {
  return write(parts, parameters('type', 'local'), 'object', (request) =>
    partialUpdateAttribute(attributeOf(request, 'partial')),
  );
}

/** 6.7.3.3 Replace Attribute. */
function replace(parts: WriteParts): Operation {
  return write(parts, parameters('type', 'local'), 'object', (request) =>
    replaceAttribute(attributeOf(request, 'complete')),
  );
}

/** 6.7.3.2 Delete Attribute. */
function deletion(parts: WriteParts): Operation {
  return write(parts, parameters('datasetId', 'deleteAll', 'type', 'local'), undefined, (request) => {
    const { datasetId, deleteAll } = request.ngsiLd.parameters;
    const { name } = attributeName(request, true);
    return deleteAttribute({
      id: entityId(request),
      name,
      selection: typeFilter(request),
      instances: readInstances(request.ngsiLd.parameters),
      query: { datasetId, deleteAll },
    });
  });
}

/** A route that performs the operation that it reads from the request. */
function write(
  parts: WriteParts,
  accepted: Operation['parameters'],
  body: 'object' | undefined,
  read: (request: FastifyRequest) => EntityOperation<unknown>,
): Operation {
  return {
    parameters: accepted,
    ...(body && { body }),
    handle: async (request, reply) =>
      sendUpdateOutcome(reply, await perform(parts, operationRequest(request, reply), read(request))),
  };
}

function attributesOf(request: FastifyRequest, kind: 'complete' | 'update'): AttributesInput {
  const document = request.body as JsonObject; // validated before the handler
  const fragment = parseEntityFragment(document, request.ngsiLd.context, kind);
  return { id: entityId(request), selection: typeFilter(request), fragment, document };
}

function attributeOf(request: FastifyRequest, kind: 'complete' | 'partial'): AttributeInput {
  const body = request.body as JsonObject; // validated before the handler
  const { term, name } = attributeName(request);
  const fragment = parseAttributeFragment(body, term, name, request.ngsiLd.context, kind);
  return { id: entityId(request), name, selection: typeFilter(request), fragment, body };
}

function readInstances(parameters: Parameters): Instances {
  if (readBoolean(parameters, 'deleteAll')) return { all: true };
  const { datasetId } = parameters;
  return { all: false, datasetId: datasetId === undefined ? undefined : parseDatasetId(datasetId, 'datasetId') };
}
