import { object } from '@alzette/kit/bodies';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { readPath, readQuery, uri } from '@alzette/kit/parameters';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import type { AlarmParts } from '../parts.ts';
import { readJournal } from '../records/journal.ts';
import { visibleEntity } from '../records/perform.ts';
import { loadRecords } from '../records/records.ts';
import { actOnWorkOrder } from '../work-orders/act-on-work-order.ts';
import { makeWorkOrder } from '../work-orders/make.ts';
import type { WorkOrder } from '../work-orders/work-order.ts';
import {
  readNewWorkOrder,
  readOfflineActs,
  readWorkOrderAct,
  WORK_ORDER_ACT,
} from '../work-orders/work-order-bodies.ts';
import { actorOf } from './actor-of.ts';
import { outcomeOf } from './outcome.ts';
import { PAGE } from './page.ts';
import { mayReadWhole } from './whole.ts';
import { ORDER_FILTERS, orderQueryOf } from './work-order-query.ts';

const ENTITY = { type: 'object', description: 'A WorkOrder in simplified form, with the version of its record' };
const list = (name: string, items: object, more = {}) => object({ [name]: { type: 'array', items }, ...more }, [name]);

/** `/work-orders`: what is to be done, by whom. Phones send acts that were done offline when they are online again. */
export function workOrderRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  listRoutes(scope, parts, given);
  oneOrderRoutes(scope, parts, given);
}

function listRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  const { db, workOrders } = parts;
  const versioned = async (tenant: string, entities: readonly Entity[]) => {
    const ids = entities.map(({ id }) => id);
    const records = await loadRecords<WorkOrder>(db, tenant, workOrders.name, ids);
    return entities.map((entity) => ({ ...entity, version: records.get(entity.id)?.version ?? 1 }));
  };
  scope.get(
    '',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Work orders by due time; by default the open ones',
      query: { ...ORDER_FILTERS, ...PAGE },
      answer: list('workOrders', ENTITY, { count: { type: 'integer' } }),
    }),
    async (request) => {
      const { limit, offset, ...filters } = readQuery(request, { ...ORDER_FILTERS, ...PAGE });
      const { tenant, client } = actorOf(given, request);
      const { entities, count } = await client.queryEntities({
        ...orderQueryOf(filters),
        orderBy: 'dueDate,dateIssued',
        format: 'simplified',
        tenant,
        context: workOrders.context,
        limit,
        offset,
        count: true,
      });
      return { workOrders: await versioned(tenant, entities), count: count ?? entities.length };
    },
  );

  scope.post(
    '',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: 'Creates a work order, by hand or from alarms; only once for an id that the client gives',
      body: readNewWorkOrder.schema,
      answer: object({ id: { type: 'string' }, version: { type: 'integer' } }),
    }),
    async (request, reply) => {
      const { kept, isNew } = await makeWorkOrder(parts, actorOf(given, request), readNewWorkOrder(request.body));
      return reply
        .code(isNew ? 201 : 200)
        .header('location', `${given.publicUrl}/work-orders/${encodeURIComponent(kept.id)}`)
        .send({ id: kept.id, version: kept.version });
    },
  );
}

function oneOrderRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  const { db, workOrders } = parts;
  const versioned = async (tenant: string, entities: readonly Entity[]) => {
    const ids = entities.map(({ id }) => id);
    const records = await loadRecords<WorkOrder>(db, tenant, workOrders.name, ids);
    return entities.map((entity) => ({ ...entity, version: records.get(entity.id)?.version ?? 1 }));
  };
  scope.get(
    '/:id',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'One work order; with times, signature and journal for who may read all of its attributes',
      answer: object({
        workOrder: ENTITY,
        times: { type: 'array' },
        signature: { type: 'object' },
        journal: { type: 'array' },
      }),
    }),
    async (request, reply) => {
      const { id } = readPath(request, { id: uri({ required: true }) });
      const actor = actorOf(given, request);
      const [workOrder] = await versioned(actor.tenant, [await visibleEntity(workOrders, actor, id)]);
      const record = (await loadRecords<WorkOrder>(db, actor.tenant, workOrders.name, [id])).get(id);
      const { times = [], signature, needsSignature = false } = record?.state ?? {};
      reply.header('etag', `"${workOrder?.version}"`);
      if (!(await mayReadWhole(request, workOrders, id, record))) {
        return { workOrder, needsSignature, times: [], journal: [], hidden: ['times', 'signature', 'journal'] };
      }
      return {
        workOrder,
        needsSignature,
        times,
        ...(signature && { signature }),
        journal: await readJournal(db, actor.tenant, id),
      };
    },
  );

  scope.post(
    '/:id/acts',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: 'Applies acts to a work order in the given order, each with its own idempotency key and result',
      body: object({
        acts: {
          type: 'array',
          items: object({ ...readOfflineActs.schema.properties.acts.items.properties, act: WORK_ORDER_ACT }, [
            'key',
            'act',
          ]),
        },
      }),
      answer: list('results', { type: 'object' }, { version: { type: 'integer' } }),
    }),
    async (request) => {
      const { id } = readPath(request, { id: uri({ required: true }) });
      const { acts } = readOfflineActs(request.body);
      const actor = actorOf(given, request);
      await visibleEntity(workOrders, actor, id);
      const results: object[] = [];
      for (const { key, at, version, act } of acts) {
        const occasion = {
          key,
          ...(at !== undefined && { at: new Date(at) }),
          ...(version !== undefined && { version }),
        };
        const outcome = await outcomeOf(async () => actOnWorkOrder(parts, actor, id, readWorkOrderAct(act), occasion));
        results.push({ key, ...outcome });
      }
      const record = (await loadRecords<WorkOrder>(db, actor.tenant, workOrders.name, [id])).get(id);
      return { results, version: record?.version ?? 1 };
    },
  );
}
