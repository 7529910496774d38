import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/database.ts';
import type { WriteLane } from '../../entities/write-lane/write-lane.ts';
import type { Federation } from '../../federation/calls/federation.ts';
import { distributeWrite } from '../../federation/write/distributed-write.ts';
import {
  documentWrite,
  evolutionPath,
  type HistoryWrite,
  historyWrite,
  type Left,
  partOf,
  wholeWrite,
} from '../../federation/write/entity-writes.ts';
import {
  appendTemporal,
  deleteTemporal,
  deleteTemporalAttribute,
  deleteTemporalInstance,
  type InstancePath,
  updateTemporalInstance,
  upsertTemporal,
} from '../../history/write/write-temporal.ts';
import { isPrimaryMember } from '../../model/attribute-kinds.ts';
import { SCOPE } from '../../model/change-entity.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import {
  parseTemporalFragment,
  parseTemporalInstances,
  type TemporalInstanceFragment,
} from '../../model/temporal/temporal-fragment.ts';
import { badMember, checkUri, type JsonObject } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { sendEntityOutcome, sendUpdateOutcome } from '../answers/write-outcome.ts';
import { originOf } from '../requests/distribution.ts';
import { attributeName, entityId, sameId } from '../requests/entity-id.ts';
import { type Parameters, readBoolean } from '../requests/parameters.ts';
import { API, type Operation, parameters } from '../requests/resource.ts';

/** What writing history works with. */
export interface TemporalWrites {
  readonly db: Database;
  readonly lane: WriteLane;
  readonly federation: Federation;
}

type WriteName = 'upsert' | 'deleteEntity' | 'append' | 'deleteAttribute' | 'updateInstance' | 'deleteInstance';

/** The operations of temporal provision (5.6.11 to 5.6.16), here and at the sources they concern. */
export function temporalWrites({ db, lane, federation }: TemporalWrites): { readonly [name in WriteName]: Operation } {
  return {
    // 6.18.3.1 Create or Update Temporal Evolution of an Entity
    upsert: {
      parameters: parameters('local'),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const fragment = parseTemporalFragment(request.body, context);
        const { id, types } = fragment;
        if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
        if (types === undefined) throw badMember('type', undefined, 'a type name or an array of them');
        const local = (left: Left) => upsertTemporal(db, lane, tenant, { ...partOf(fragment, left), id });
        const sendDone = (isNew: boolean) => {
          if (!isNew) return reply.code(204).send();
          return reply
            .code(201)
            .header('Location', `${API}/temporal/entities/${encodeURI(id)}`)
            .send();
        };
        const origin = originOf(request, federation, ['upsertTemporal']);
        if (origin === undefined) return sendDone(await local({}));
        const write = { operation: 'upsertTemporal', method: 'POST', path: '/temporal/entities' } as const;
        const part = { id, types, document: request.body as JsonObject, context, local };
        const outcome = await distributeWrite(db, federation, origin, documentWrite({ ...write, ...part }));
        const isNew = outcome.local ?? outcome.createdElsewhere;
        return sendEntityOutcome(reply, id, outcome, () => sendDone(isNew));
      },
    },
    // 6.19.3.2 Delete Temporal Evolution of an Entity
    deleteEntity: {
      parameters: parameters('local'),
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = entityId(request);
        const local = () => deleteTemporal(db, lane, tenant, id);
        const origin = originOf(request, federation, ['deleteTemporal']);
        if (origin === undefined) {
          await local();
          return reply.code(204).send();
        }
        const write = { operation: 'deleteTemporal', method: 'DELETE', path: evolutionPath(id) } as const;
        const part = wholeWrite({ ...write, id, context, local });
        const outcome = await distributeWrite(db, federation, origin, part);
        return sendEntityOutcome(reply, id, outcome, () => reply.code(204).send());
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
        const id = sameId(pathId, fragment.id);
        const local = (left: Left) => appendTemporal(db, lane, tenant, id, partOf(fragment, left));
        const origin = originOf(request, federation, ['appendAttrsTemporal']);
        if (origin === undefined) {
          await local({});
          return reply.code(204).send();
        }
        const write = {
          operation: 'appendAttrsTemporal',
          method: 'POST',
          path: `${evolutionPath(id)}/attrs/`,
        } as const;
        const part = { id, types: fragment.types, document: request.body as JsonObject, context, local };
        return sendUpdateOutcome(
          reply,
          await distributeWrite(db, federation, origin, documentWrite({ ...write, ...part })),
        );
      },
    },
    // 6.21.3.1 Delete Attribute from Temporal Evolution of an Entity
    deleteAttribute: {
      parameters: parameters('datasetId', 'deleteAll', 'local'),
      async handle(request, reply) {
        const { tenant, parameters } = request.ngsiLd;
        const id = entityId(request);
        const { name } = attributeName(request, true);
        const dataset = readDataset(parameters);
        const query = { datasetId: parameters.datasetId, deleteAll: parameters.deleteAll };
        const local = () => deleteTemporalAttribute(db, tenant, id, name, dataset);
        const write = { operation: 'deleteAttrsTemporal', method: 'DELETE', query, id, name, local } as const;
        return writeAttribute(request, reply, write);
      },
    },
    // 6.22.3.1 Modify Attribute Instance in Temporal Evolution of an Entity
    updateInstance: {
      parameters: parameters('local'),
      body: 'object',
      async handle(request, reply) {
        if ((request.params as { attr?: string }).attr === '') return refuseMethod(request, reply);
        const { tenant } = request.ngsiLd;
        const { term, path } = instancePath(request);
        const instance = readInstance(request, term, path.name);
        const local = () => updateTemporalInstance(db, tenant, path, instance);
        const write = { operation: 'updateAttrInstanceTemporal', method: 'PATCH', ...path, local } as const;
        return writeAttribute(request, reply, { ...write, body: request.body as JsonObject });
      },
    },
    // 6.22.3.2 Delete Attribute Instance from Temporal Evolution of an Entity
    deleteInstance: {
      parameters: parameters('local'),
      async handle(request, reply) {
        const { tenant } = request.ngsiLd;
        const { path } = instancePath(request);
        const local = () => deleteTemporalInstance(db, tenant, path);
        const write = { operation: 'deleteAttrInstanceTemporal', method: 'DELETE', ...path, local } as const;
        return writeAttribute(request, reply, write);
      },
    },
  };

  async function writeAttribute(
    request: FastifyRequest,
    reply: FastifyReply,
    write: Omit<HistoryWrite<void>, 'context'>,
  ): Promise<FastifyReply> {
    const { context } = request.ngsiLd;
    const { operation, local } = write;
    const origin = originOf(request, federation, [operation]);
    if (origin === undefined) {
      await local({});
      return reply.code(204).send();
    }
    const part = historyWrite({ ...write, context });
    return sendUpdateOutcome(reply, await distributeWrite(db, federation, origin, part));
  }
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
