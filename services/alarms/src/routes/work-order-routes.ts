import { bodyReader } from '@alzette/kit/bodies';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type ActOutcome, WorkOrderAct, type WorkOrderContract } from '../contract/contract.ts';
import type { AlarmParts } from '../parts.ts';
import { readJournal } from '../records/journal.ts';
import { visibleEntity } from '../records/perform.ts';
import { loadRecords } from '../records/records.ts';
import { actOnWorkOrder } from '../work-orders/act-on-work-order.ts';
import { makeWorkOrder } from '../work-orders/make.ts';
import type { WorkOrder } from '../work-orders/work-order.ts';
import { actorOf } from './actor-of.ts';
import { closes, judgedAct } from './client-acts.ts';
import { outcomeOf } from './outcome.ts';
import { mayReadWhole } from './whole.ts';
import { orderQueryOf } from './work-order-query.ts';

const readWorkOrderAct = bodyReader<WorkOrderAct>(WorkOrderAct);

/** `/work-orders`: what is to be done, by whom. Phones send acts that were done offline when they are online again. */
export function workOrderHandlers(parts: AlarmParts): Handlers<WorkOrderContract> {
  return { ...listHandlers(parts), ...oneOrderHandlers(parts) };
}

async function recordsOf({ db, workOrders }: AlarmParts, tenant: string, ids: readonly string[]) {
  return loadRecords<WorkOrder>(db, tenant, workOrders.name, ids);
}

function listHandlers(parts: AlarmParts): Handlers<WorkOrderContract, 'list' | 'make'> {
  const { workOrders, publicUrl } = parts;
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { limit, offset } = request.query;
        const { tenant, client } = actorOf(parts, request);
        const { entities, count } = await client.queryEntities({
          ...orderQueryOf(request.query),
          orderBy: 'dueDate,dateIssued',
          format: 'simplified',
          tenant,
          context: workOrders.context,
          limit,
          offset,
          count: true,
        });
        const ids = entities.map(({ id }) => id);
        const records = await recordsOf(parts, tenant, ids);
        return {
          workOrders: entities.map((entity) => versioned(entity, records.get(entity.id)?.version)),
          count: count ?? entities.length,
        };
      },
    },
    make: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { kept, isNew } = await makeWorkOrder(parts, actorOf(parts, request), request.body);
        reply.header('location', `${publicUrl}/work-orders/${encodeURIComponent(kept.id)}`);
        return answer(isNew ? 201 : 200, { id: kept.id, version: kept.version });
      },
    },
  };
}

function oneOrderHandlers(parts: AlarmParts): Handlers<WorkOrderContract, 'one' | 'act'> {
  const { db, workOrders } = parts;
  return {
    one: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { id } = request.params;
        const actor = actorOf(parts, request);
        const entity = await visibleEntity(workOrders, actor, id);
        const record = (await recordsOf(parts, actor.tenant, [id])).get(id);
        const workOrder = versioned(entity, record?.version);
        const mayClose = closes(parts.callerOf(request));
        const { times = [], signature, needsSignature = false } = record?.state ?? {};
        reply.header('etag', `"${workOrder.version}"`);
        if (!(await mayReadWhole(request, workOrders, id, record))) {
          return {
            workOrder,
            needsSignature,
            mayClose,
            times: [],
            journal: [],
            hidden: ['times', 'signature', 'journal'],
          };
        }
        const journal = await readJournal(db, actor.tenant, id);
        return { workOrder, needsSignature, mayClose, times, ...(signature && { signature }), journal };
      },
    },
    act: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { id } = request.params;
        const actor = actorOf(parts, request);
        await visibleEntity(workOrders, actor, id);
        const results: (ActOutcome & { readonly key: string })[] = [];
        for (const { key, at, version, act } of request.body.acts) {
          const occasion = { key, version, ...(at !== undefined && { at: new Date(at) }) };
          const outcome = await outcomeOf(async () =>
            actOnWorkOrder(parts, actor, id, judgedAct(readWorkOrderAct(act), parts.callerOf(request)), occasion),
          );
          results.push({ key, ...outcome });
        }
        return { results, version: (await recordsOf(parts, actor.tenant, [id])).get(id)?.version ?? 1 };
      },
    },
  };
}

function versioned(entity: Entity, version = 1) {
  return { ...entity, version };
}
