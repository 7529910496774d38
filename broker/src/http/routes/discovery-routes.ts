import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { checkName } from '../../model/values.ts';
import {
  retrieveAttributeDetails,
  retrieveAttributeInformation,
  retrieveAttributes,
  retrieveTypeDetails,
  retrieveTypeInformation,
  retrieveTypes,
} from '../../operations/discovery/discover.ts';
import type { ReadParts } from '../../operations/operation-request.ts';
import { sendDocument } from '../answers/answer.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { readBoolean } from '../requests/parameters.ts';
import { type Operation, parameters, resource } from '../requests/resource.ts';

/** `/types` (6.25, 6.26) and `/attributes` (6.27, 6.28). Ids of elements are IRIs, names are terms. */
export function discoveryRoutes(app: FastifyInstance, parts: ReadParts): void {
  resource(app, '/types', { GET: types(parts) });
  resource(app, '/types/:type', { GET: typeInformation(parts) });
  resource(app, '/attributes', { GET: attributes(parts) });
  resource(app, '/attributes/:attr', { GET: attributeInformation(parts) });
}

/** 6.25.3.1 Retrieve Available Entity Types. */
function types(parts: ReadParts): Operation {
  return {
    parameters: parameters('details', 'local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const operation = operationRequest(request, reply);
      if (readBoolean(parameters, 'details')) {
        const details = await retrieveTypeDetails(parts, operation);
        const list = details.map(({ type, attributeNames }) => ({
          id: type,
          type: 'EntityType',
          typeName: context.compact(type),
          attributeNames: attributeNames.map((name) => context.compact(name)),
        }));
        return sendDocument(request, reply, list);
      }
      const found = await retrieveTypes(parts, operation);
      return sendDocument(request, reply, {
        id: `urn:ngsi-ld:EntityTypeList:${randomUUID()}`,
        type: 'EntityTypeList',
        typeList: found.map((type) => context.compact(type)),
      });
    },
  };
}

/** 6.26.3.1 Retrieve Available Entity Type Information. */
function typeInformation(parts: ReadParts): Operation {
  return {
    parameters: parameters('local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { context } = request.ngsiLd;
      const type = context.type(checkName((request.params as { type?: string }).type, 'Type in the path'));
      const found = await retrieveTypeInformation(parts, operationRequest(request, reply), type);
      return sendDocument(request, reply, {
        id: type,
        type: 'EntityTypeInfo',
        typeName: context.compact(type),
        entityCount: found.entityCount,
        attributeDetails: found.attributes.map(({ name, kinds }) => ({
          id: name,
          type: 'Attribute',
          attributeName: context.compact(name),
          attributeTypes: kinds,
        })),
      });
    },
  };
}

/** 6.27.3.1 Retrieve Available Attributes. */
function attributes(parts: ReadParts): Operation {
  return {
    parameters: parameters('details', 'local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const operation = operationRequest(request, reply);
      if (readBoolean(parameters, 'details')) {
        const details = await retrieveAttributeDetails(parts, operation);
        const list = details.map(({ name, typeNames }) => ({
          id: name,
          type: 'Attribute',
          attributeName: context.compact(name),
          typeNames: typeNames.map((type) => context.compact(type)),
        }));
        return sendDocument(request, reply, list);
      }
      const names = await retrieveAttributes(parts, operation);
      return sendDocument(request, reply, {
        id: `urn:ngsi-ld:AttributeList:${randomUUID()}`,
        type: 'AttributeList',
        attributeList: names.map((name) => context.compact(name)),
      });
    },
  };
}

/** 6.28.3.1 Retrieve Available Attribute Information. */
function attributeInformation(parts: ReadParts): Operation {
  return {
    parameters: parameters('local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { context } = request.ngsiLd;
      const term = checkName((request.params as { attr?: string }).attr, 'Attribute in the path');
      if (term === 'id' || term === 'type') {
        throw new NgsiLdError(
          'ResourceNotFound',
          `Attribute in the path: ${term} is a member of entities, not an attribute`,
        );
      }
      const name = context.attribute(term);
      const found = await retrieveAttributeInformation(parts, operationRequest(request, reply), name);
      return sendDocument(request, reply, {
        id: found.name,
        type: 'Attribute',
        attributeName: context.compact(found.name),
        attributeCount: found.attributeCount,
        attributeTypes: found.kinds,
        typeNames: found.typeNames.map((type) => context.compact(type)),
      });
    },
  };
}
