import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InstancePath } from '../../history/write/write-temporal.ts';
import { isPrimaryMember } from '../../model/attribute-kinds.ts';
import { SCOPE } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import {
  parseTemporalFragment,
  parseTemporalInstances,
  type TemporalInstanceFragment,
} from '../../model/temporal/temporal-fragment.ts';
import { badMember, checkUri, type JsonObject } from '../../model/values.ts';
import type { WriteParts } from '../../operations/operation-request.ts';
import {
  appendToEvolution,
  deleteAttributeOfEvolution,
  deleteEvolution,
  deleteInstance,
  updateInstance,
  upsertEvolution,
} from '../../operations/temporal/write-evolution.ts';
import { sendJson } from '../answers/send-json.ts';
import { sendEntityOutcome, sendUpdateOutcome } from '../answers/write-outcome.ts';
import { attributeName, entityId, sameId } from '../requests/entity-id.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { type Parameters, readBoolean } from '../requests/parameters.ts';
import { API, type Operation, parameters } from '../requests/resource.ts';

type WriteName = 'upsert' | 'deleteEntity' | 'append' | 'deleteAttribute' | 'updateInstance' | 'deleteInstance';

/** The operations of temporal provision (5.6.11 to 5.6.16). */
export function temporalWrites(parts: WriteParts): { readonly [name in WriteName]: Operation } {
  return {
    upsert: upsert(parts),
    deleteEntity: deletion(parts),
    append: append(parts),
    deleteAttribute: attributeDeletion(parts),
    updateInstance: instanceUpdate(parts),
    deleteInstance: instanceDeletion(parts),
  };
}

/** 6.18.3.1 Create or Update Temporal Evolution of an Entity. */
function upsert(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'object',
    createsTenant: true,
    async handle(request, reply) {
      const fragment = parseTemporalFragment(checkLength(request.body), request.ngsiLd.context);
      const document = request.body as JsonObject; // it was parsed as an evolution
      const outcome = await upsertEvolution(parts, operationRequest(request, reply), fragment, document);
      const id = String(fragment.id); // it has an id, or nothing would have been written
      return sendEntityOutcome(reply, id, outcome, () => {
        if (!(outcome.local ?? outcome.createdElsewhere)) return reply.code(204).send();
        return reply
          .code(201)
          .header('Location', `${API}/temporal/entities/${encodeURI(id)}`)
          .send();
      });
    },
  };
}

/** 6.19.3.2 Delete Temporal Evolution of an Entity. */
function deletion(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    async handle(request, reply) {
      const id = entityId(request);
      return sendEntityOutcome(reply, id, await deleteEvolution(parts, operationRequest(request, reply), id));
    },
  };
}

/** 6.20.3.1 Add Attributes to Temporal Evolution of an Entity. */
function append(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'object',
    async handle(request, reply) {
      const pathId = entityId(request);
      const fragment = parseTemporalFragment(checkLength(request.body), request.ngsiLd.context);
      const id = sameId(pathId, fragment.id);
      const document = request.body as JsonObject; // it was parsed as an evolution
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await appendToEvolution(parts, operation, id, fragment, document));
    },
  };
}

/** 6.21.3.1 Delete Attribute from Temporal Evolution of an Entity. */
function attributeDeletion(parts: WriteParts): Operation {
  return {
    parameters: parameters('datasetId', 'deleteAll', 'local'),
    async handle(request, reply) {
      const id = entityId(request);
      const { name } = attributeName(request, true);
      const { datasetId, deleteAll } = request.ngsiLd.parameters;
      const dataset = readDataset(request.ngsiLd.parameters);
      const operation = operationRequest(request, reply);
      const query = { datasetId, deleteAll };
      return sendUpdateOutcome(reply, await deleteAttributeOfEvolution(parts, operation, id, name, dataset, query));
    },
  };
}

/** 6.22.3.1 Modify Attribute Instance in Temporal Evolution of an Entity. */
function instanceUpdate(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'object',
    async handle(request, reply) {
      if ((request.params as { attr?: string }).attr === '') return refuseMethod(request, reply);
      const { term, path } = instancePath(request);
      const instance = readInstance(request, term, path.name);
      const body = request.body as JsonObject; // validated before the handler
      const operation = operationRequest(request, reply);
      return sendUpdateOutcome(reply, await updateInstance(parts, operation, path, instance, body));
    },
  };
}

/** 6.22.3.2 Delete Attribute Instance from Temporal Evolution of an Entity. */
function instanceDeletion(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    async handle(request, reply) {
      const { path } = instancePath(request);
      return sendUpdateOutcome(reply, await deleteInstance(parts, operationRequest(request, reply), path));
    },
  };
}

/** '' is the default instance; undefined: all instances. */
function readDataset(parameters: Parameters): string | undefined {
  if (readBoolean(parameters, 'deleteAll')) return undefined;
  const { datasetId } = parameters;
  return datasetId === undefined ? '' : (parseDatasetId(datasetId, 'datasetId') ?? '');
}

function instancePath(request: FastifyRequest): { term: string; path: InstancePath } {
  const id = entityId(request);
  const { term, name } = attributeName(request, true);
  const { instanceId } = request.params as { instanceId?: string };
  return { term, path: { id, name, instanceId: checkUri(instanceId, 'Instance id in the path') } };
}

/** More would keep others waiting. Splitting them costs clients no time. */
const MAX_INSTANCES = 20_000;

/** @throws NgsiLdError BadRequestData: the body has too many instances of attributes */
function checkLength(body: unknown): unknown {
  const lengths = Object.values(body as object).map((value) => (Array.isArray(value) ? value.length : 1));
  const instances = lengths.reduce((sum, length) => sum + length, 0);
  if (instances <= MAX_INSTANCES) return body;
  const detail = `The body has ${instances} instances of attributes, expected at most ${MAX_INSTANCES} in one request`;
  throw new NgsiLdError('BadRequestData', detail);
}

/** One instance, either plain or under the name of its attribute. */
function readInstance(request: FastifyRequest, term: string, name: string): TemporalInstanceFragment {
  const { context } = request.ngsiLd;
  const body = request.body as JsonObject; // validated before the handler
  const [member, ...others] = Object.keys(body);
  if (member === undefined) throw badMember('body', body, `the attribute ${term} with one instance`);
  const isBare = Object.keys(body).some((key) => key === 'type' || isPrimaryMember(key));
  const isNamed = !isBare && others.length === 0 && (member === term || context.attribute(member) === name);
  if (!isNamed && !isBare) throw badMember(member, body[member], `only the attribute of the path, ${term}`);
  const instances =
    name === SCOPE
      ? (parseTemporalFragment({ scope: isNamed ? body[member] : body }, context).attributes[SCOPE] ?? [])
      : parseTemporalInstances(isNamed ? body[member] : body, term, context);
  const [instance] = instances;
  if (instance === undefined || instances.length > 1) throw badMember(term, body[member], 'exactly one instance');
  return instance;
}

/** Without an attribute name the path is not a resource that can be modified (6.22). */
function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendJson(reply.code(405).header('Allow', 'DELETE'), {
    type: 'https://uri.etsi.org/ngsi-ld/errors/InvalidRequest',
    title: 'The resource has no such operation',
    detail: `Method: got ${request.method} on an attribute without a name, expected its name in the path`,
    status: 405,
  });
}
