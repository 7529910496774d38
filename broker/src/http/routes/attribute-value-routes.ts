import type { FastifyRequest } from 'fastify';
import { existingInstance } from '../../model/change-entity.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import { parseLanguageRanges } from '../../model/represent/language.ts';
import { representAttribute, representPrimary } from '../../model/represent/represent.ts';
import { setAttributeValue } from '../../operations/attributes/attribute-value.ts';
import { retrieveEntity } from '../../operations/entities/retrieve-entity.ts';
import type { OperationRequest, ReadParts, WriteParts } from '../../operations/operation-request.ts';
import { sendValue } from '../answers/answer.ts';
import { sendUpdateOutcome } from '../answers/write-outcome.ts';
import { attributeName, entityId, typeFilter } from '../requests/entity-id.ts';
import { readRepresentation } from '../requests/entity-query.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { type Operation, parameters } from '../requests/resource.ts';
import { readSentValue } from '../requests/sent-value.ts';

/* Operations of the drafts of TS 104 175 and TS 104 176, which add to GS CIM 009 and change nothing of it. */

/** Retrieve one attribute of an entity. */
export function attributeRetrieval(parts: ReadParts): Operation {
  return {
    parameters: parameters('type', 'datasetId', 'lang', 'format', 'options', 'local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const how = readRepresentation(parameters, undefined);
      const { name } = attributeName(request);
      const { id, attributes } = await found(parts, request, operationRequest(request, reply), name);
      const shown = representAttribute(name, attributes[name] ?? [], context, how);
      if (shown === undefined) {
        throw new NgsiLdError(
          'ResourceNotFound',
          `Attribute ${name} of entity ${id} has none of the requested instances`,
        );
      }
      return sendValue(request, reply, shown);
    },
  };
}

/** TS 104 175, draft, 10.4.4: retrieve the value of an attribute, in the form of its type. */
export function valueRetrieval(parts: ReadParts): Operation {
  return {
    parameters: parameters('type', 'datasetId', 'lang', 'local'),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const { datasetId, lang } = parameters;
      const instanceId = datasetId === undefined ? undefined : parseDatasetId(datasetId, 'datasetId');
      const { name } = attributeName(request);
      const entity = await found(parts, request, operationRequest(request, reply), name);
      const instance = existingInstance(entity, name, instanceId);
      const ranges = lang === undefined ? undefined : parseLanguageRanges(lang);
      return sendValue(request, reply, representPrimary(instance, context, ranges));
    },
  };
}

/** TS 104 175, draft, 10.2.6: replace the value of an attribute, and nothing else of it. */
export function valueReplacement(parts: WriteParts): Operation {
  return {
    parameters: parameters('type', 'datasetId', 'observedAt', 'local'),
    body: 'value',
    async handle(request, reply) {
      const target = { id: entityId(request), name: attributeName(request).name, selection: typeFilter(request) };
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await setAttributeValue(parts, operation, target, readSentValue(request)));
    },
  };
}

/** The entity in the path with the attribute. @throws NgsiLdError ResourceNotFound */
async function found(
  parts: ReadParts,
  request: FastifyRequest,
  operation: OperationRequest,
  name: string,
): Promise<Entity> {
  const links = { joinLevel: 1, projection: { attrs: [name] } };
  return (await retrieveEntity(parts, operation, { id: entityId(request), selection: typeFilter(request), links }))
    .entity;
}
