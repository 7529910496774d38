import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPrimaryMember } from '../model/attribute-kinds.ts';
import { SCOPE } from '../model/change-entity.ts';
import { parseDatasetId } from '../model/parse-attribute.ts';
import {
  parseTemporalFragment,
  parseTemporalInstances,
  type TemporalInstanceFragment,
} from '../model/temporal-fragment.ts';
import { badMember, checkUri, type JsonObject } from '../model/values.ts';
import {
  appendTemporal,
  deleteTemporal,
  deleteTemporalAttribute,
  deleteTemporalInstance,
  type InstancePath,
  updateTemporalInstance,
  upsertTemporal,
} from '../operations/write-temporal.ts';
import type { Database } from '../store/database.ts';
import type { WriteLane } from '../store/write-lane.ts';
import { attributeName, entityId, sameId } from './entity-id.ts';
import { type Parameters, readBoolean } from './parameters.ts';
import { API, type Operation, parameters } from './resource.ts';
import { sendJson } from './send-json.ts';

/** What writing history works with. */
export interface TemporalWrites {
  readonly db: Database;
  readonly lane: WriteLane;
}

type WriteName = 'upsert' | 'deleteEntity' | 'append' | 'deleteAttribute' | 'updateInstance' | 'deleteInstance';

/** The operations of temporal provision (5.6.11 to 5.6.16). */
export function temporalWrites({ db, lane }: TemporalWrites): { readonly [name in WriteName]: Operation } {
  return {
    // 6.18.3.1 Create or Update Temporal Evolution of an Entity
    upsert: {
      parameters: parameters('local'),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const fragment = parseTemporalFragment(request.body, context);
        const { id } = fragment;
        if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
        if (fragment.types === undefined) throw badMember('type', undefined, 'a type name or an array of them');
        if (!(await upsertTemporal(db, lane, tenant, { ...fragment, id }))) return reply.code(204).send();
        return reply
          .code(201)
          .header('Location', `${API}/temporal/entities/${encodeURI(id)}`)
          .send();
      },
    },
    // 6.19.3.2 Delete Temporal Evolution of an Entity
    deleteEntity: {
      parameters: parameters('local'),
      async handle(request, reply) {
        await deleteTemporal(db, lane, request.ngsiLd.tenant, entityId(request));
        return reply.code(204).send();
      },
    },
    // 6.20.3.1 Add Attributes to Temporal Evolution of an Entity
    append: {
      parameters: parameters('local'),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const pathId = entityId(request);
        const fragment = parseTemporalFragment(request.body, context);
        await appendTemporal(db, lane, tenant, sameId(pathId, fragment.id), fragment);
        return reply.code(204).send();
      },
    },
    // 6.21.3.1 Delete Attribute from Temporal Evolution of an Entity
    deleteAttribute: {
      parameters: parameters('datasetId', 'deleteAll', 'local'),
      async handle(request, reply) {
        const { tenant, parameters } = request.ngsiLd;
        const id = entityId(request);
        const { name } = attributeName(request, true);
        await deleteTemporalAttribute(db, tenant, id, name, readDataset(parameters));
        return reply.code(204).send();
      },
    },
    // 6.22.3.1 Modify Attribute Instance in Temporal Evolution of an Entity
    updateInstance: {
      parameters: parameters('local'),
      body: 'object',
      async handle(request, reply) {
        if ((request.params as { attr?: string }).attr === '') return refuseMethod(request, reply);
        const { term, path } = instancePath(request);
        await updateTemporalInstance(db, request.ngsiLd.tenant, path, readInstance(request, term, path.name));
        return reply.code(204).send();
      },
    },
    // 6.22.3.2 Delete Attribute Instance from Temporal Evolution of an Entity
    deleteInstance: {
      parameters: parameters('local'),
      async handle(request, reply) {
        await deleteTemporalInstance(db, request.ngsiLd.tenant, instancePath(request).path);
        return reply.code(204).send();
      },
    },
  };
}

/** '' is the default instance; undefined: all of them. */
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

/** One instance, under its attribute's name or bare. */
function readInstance(request: FastifyRequest, term: string, name: string): TemporalInstanceFragment {
  const { context } = request.ngsiLd;
  const body = request.body as JsonObject; // checked before the handler
  const [member, ...others] = Object.keys(body);
  if (member === undefined) throw badMember('body', body, `the attribute ${term} with one instance`);
  const isBare = Object.keys(body).some((key) => key === 'type' || isPrimaryMember(key));
  const isNamed = !isBare && others.length === 0 && (member === term || context.attribute(member) === name);
  if (!isNamed && !isBare) throw badMember(member, body[member], `the attribute of the path alone, ${term}`);
  const instances =
    name === SCOPE
      ? (parseTemporalFragment({ scope: isNamed ? body[member] : body }, context).attributes[SCOPE] ?? [])
      : parseTemporalInstances(isNamed ? body[member] : body, term, context);
  const [instance] = instances;
  if (instance === undefined || instances.length > 1) throw badMember(term, body[member], 'exactly one instance');
  return instance;
}

/** The path without an attribute is that of no resource one could modify (6.22). */
function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendJson(reply.code(405).header('Allow', 'DELETE'), {
    type: 'https://uri.etsi.org/ngsi-ld/errors/InvalidRequest',
    title: 'The resource has no such operation',
    detail: `Method: got ${request.method} on an attribute without a name, expected its name in the path`,
    status: 405,
  });
}
