import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  retrieveAttributeDetails,
  retrieveAttributeInformation,
  retrieveAttributes,
  retrieveTypeDetails,
  retrieveTypeInformation,
  retrieveTypes,
} from '../../entities/discovery/discover.ts';
import { distributedDiscovery } from '../../federation/read/distributed-discovery.ts';
import type { OperationName } from '../../federation/registrations/operation-names.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { checkName } from '../../model/values.ts';
import { sendDocument } from '../answers/answer.ts';
import type { QueryParts } from '../answers/query-parts.ts';
import { originOf, warned } from '../requests/distribution.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { readBoolean } from '../requests/parameters.ts';
import { parameters, resource } from '../requests/resource.ts';

/** `/types` (6.25, 6.26) and `/attributes` (6.27, 6.28). Ids of elements are IRIs, their names terms. */
export function discoveryRoutes(app: FastifyInstance, { db, federation }: QueryParts): void {
  /** What is here, or where sources have a part in the operation, what is here and there. */
  const discover = <Result>(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: OperationName,
    here: (tenant: string) => Promise<Result>,
    everywhere: (discovery: ReturnType<typeof distributedDiscovery>) => Promise<Result>,
  ): Promise<Result> => {
    const origin = originOf(request, federation, [operation]);
    if (origin === undefined) return here(request.ngsiLd.tenant);
    return warned(reply, federation, origin, everywhere(distributedDiscovery(db, federation, origin)));
  };

  // 6.25.3.1 Retrieve Available Entity Types
  resource(app, '/types', {
    GET: {
      parameters: parameters('details', 'local'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { parameters, context } = request.ngsiLd;
        if (readBoolean(parameters, 'details')) {
          const details = await discover(
            request,
            reply,
            'retrieveEntityTypeDetails',
            (tenant) => retrieveTypeDetails(db, tenant),
            (all) => all.typeDetails(),
          );
          const list = details.map(({ type, attributeNames }) => ({
            id: type,
            type: 'EntityType',
            typeName: context.compact(type),
            attributeNames: attributeNames.map((name) => context.compact(name)),
          }));
          return sendDocument(request, reply, list);
        }
        const types = await discover(
          request,
          reply,
          'retrieveEntityTypes',
          (tenant) => retrieveTypes(db, tenant),
          (all) => all.types(),
        );
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
        const { context } = request.ngsiLd;
        const type = context.type(checkName((request.params as { type?: string }).type, 'Type in the path'));
        const { entityCount, attributes } = await discover(
          request,
          reply,
          'retrieveEntityTypeInfo',
          (tenant) => retrieveTypeInformation(db, tenant, type),
          (all) => all.typeInformation(type),
        );
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
        const { parameters, context } = request.ngsiLd;
        if (readBoolean(parameters, 'details')) {
          const details = await discover(
            request,
            reply,
            'retrieveAttrTypeDetails',
            (tenant) => retrieveAttributeDetails(db, tenant),
            (all) => all.attributeDetails(),
          );
          const list = details.map(({ name, typeNames }) => ({
            id: name,
            type: 'Attribute',
            attributeName: context.compact(name),
            typeNames: typeNames.map((type) => context.compact(type)),
          }));
          return sendDocument(request, reply, list);
        }
        const names = await discover(
          request,
          reply,
          'retrieveAttrTypes',
          (tenant) => retrieveAttributes(db, tenant),
          (all) => all.attributes(),
        );
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
        const { context } = request.ngsiLd;
        const term = checkName((request.params as { attr?: string }).attr, 'Attribute in the path');
        if (term === 'id' || term === 'type') {
          throw new NgsiLdError(
            'ResourceNotFound',
            `Attribute in the path: ${term} is a member of entities, no attribute`,
          );
        }
        const name = context.attribute(term);
        const information = await discover(
          request,
          reply,
          'retrieveAttrTypeInfo',
          (tenant) => retrieveAttributeInformation(db, tenant, name),
          (all) => all.attributeInformation(name),
        );
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
