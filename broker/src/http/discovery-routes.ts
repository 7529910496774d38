import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { NgsiLdError } from '../model/errors.ts';
import { checkName } from '../model/values.ts';
import {
  retrieveAttributeDetails,
  retrieveAttributeInformation,
  retrieveAttributes,
  retrieveTypeDetails,
  retrieveTypeInformation,
  retrieveTypes,
} from '../operations/discover.ts';
import type { Database } from '../store/database.ts';
import { sendDocument } from './answer.ts';
import { JSON_TYPES } from './negotiation.ts';
import { readBoolean } from './parameters.ts';
import { parameters, resource } from './resource.ts';

/** `/types` (6.25, 6.26) and `/attributes` (6.27, 6.28). Ids of elements are IRIs, their names terms. */
export function discoveryRoutes(app: FastifyInstance, db: Database): void {
  // 6.25.3.1 Retrieve Available Entity Types
  resource(app, '/types', {
    GET: {
      parameters: parameters('details', 'local'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        if (readBoolean(parameters, 'details')) {
          const details = await retrieveTypeDetails(db, tenant);
          const list = details.map(({ type, attributeNames }) => ({
            id: type,
            type: 'EntityType',
            typeName: context.compact(type),
            attributeNames: attributeNames.map((name) => context.compact(name)),
          }));
          return sendDocument(request, reply, list);
        }
        const types = await retrieveTypes(db, tenant);
        return sendDocument(request, reply, {
          id: `urn:ngsi-ld:EntityTypeList:${randomUUID()}`,
          type: 'EntityTypeList',
          typeList: types.map((type) => context.compact(type)),
        });
      },
    },
  });

  // 6.26.3.1 Retrieve Available Entity Type Information
  resource(app, '/types/:type', {
    GET: {
      parameters: parameters('local'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const type = context.type(checkName((request.params as { type?: string }).type, 'Type in the path'));
        const { entityCount, attributes } = await retrieveTypeInformation(db, tenant, type);
        return sendDocument(request, reply, {
          id: type,
          type: 'EntityTypeInfo',
          typeName: context.compact(type),
          entityCount,
          attributeDetails: attributes.map(({ name, kinds }) => ({
            id: name,
            type: 'Attribute',
            attributeName: context.compact(name),
            attributeTypes: kinds,
          })),
        });
      },
    },
  });

  // 6.27.3.1 Retrieve Available Attributes
  resource(app, '/attributes', {
    GET: {
      parameters: parameters('details', 'local'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { tenant, parameters, context } = request.ngsiLd;
        if (readBoolean(parameters, 'details')) {
          const details = await retrieveAttributeDetails(db, tenant);
          const list = details.map(({ name, typeNames }) => ({
            id: name,
            type: 'Attribute',
            attributeName: context.compact(name),
            typeNames: typeNames.map((type) => context.compact(type)),
          }));
          return sendDocument(request, reply, list);
        }
        const names = await retrieveAttributes(db, tenant);
        return sendDocument(request, reply, {
          id: `urn:ngsi-ld:AttributeList:${randomUUID()}`,
          type: 'AttributeList',
          attributeList: names.map((name) => context.compact(name)),
        });
      },
    },
  });

  // 6.28.3.1 Retrieve Available Attribute Information
  resource(app, '/attributes/:attr', {
    GET: {
      parameters: parameters('local'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const term = checkName((request.params as { attr?: string }).attr, 'Attribute in the path');
        if (term === 'id' || term === 'type') {
          throw new NgsiLdError(
            'ResourceNotFound',
            `Attribute in the path: ${term} is a member of entities, no attribute`,
          );
        }
        const information = await retrieveAttributeInformation(db, tenant, context.attribute(term));
        return sendDocument(request, reply, {
          id: information.name,
          type: 'Attribute',
          attributeName: context.compact(information.name),
          attributeCount: information.attributeCount,
          attributeTypes: information.kinds,
          typeNames: information.typeNames.map((type) => context.compact(type)),
        });
      },
    },
  });
}
