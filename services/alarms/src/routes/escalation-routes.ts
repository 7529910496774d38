import { actor as actorName } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { setUp } from '@alzette/kit/objects';
import { identifier, readPath } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readServiceLevels, saveServiceLevels, serviceLevels } from '../alarm/service-levels.ts';
import { deleteEscalation, listEscalations, readEscalation, saveEscalation } from '../notices/escalation.ts';
import type { AlarmParts } from '../parts.ts';

/** `/alarms/escalations` and `/alarms/service-levels`: who is notified when, and the deadlines for acting. */
export function escalationRoutes(
  scope: FastifyInstance,
  { db, audit }: AlarmParts,
  { callerOf }: ServiceContext,
): void {
  const audited = (request: FastifyRequest, action: string, name: string) => {
    const caller = callerOf(request);
    const { tenant } = caller;
    return audit.append({ actor: actorName(caller), action, object: name, tenant, outcome: 'done', details: {} });
  };

  scope.get(
    '/escalations',
    operation({
      access: 'administer',
      summary: 'Escalations: who is notified of which alarms, step by step',
      answer: object({ escalations: { type: 'array', items: readEscalation.schema } }),
    }),
    async (request) => ({ escalations: await listEscalations(db, callerOf(request).tenant) }),
  );

  scope.put(
    '/escalations/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Creates or replaces an escalation',
      body: readEscalation.schema,
    }),
    async (request, reply) => {
      const { id } = readPath(request, { id: identifier({ required: true }) });
      await saveEscalation(db, callerOf(request).tenant, { id, ...readEscalation(request.body) });
      await audited(request, 'escalation.save', id);
      return reply.code(204).send();
    },
  );

  scope.delete(
    '/escalations/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Deletes an escalation; pending steps are still executed',
    }),
    async (request, reply) => {
      const { id } = readPath(request, { id: identifier({ required: true }) });
      if (!(await deleteEscalation(db, callerOf(request).tenant, id))) throw missing('escalation', id);
      await audited(request, 'escalation.delete', id);
      return reply.code(204).send();
    },
  );

  scope.get(
    '/service-levels',
    operation({
      access: 'read',
      objects: setUp('service levels of alarms', ['Alert']),
      summary: 'Service levels: seconds to acknowledge and resolve alarms of each severity',
      answer: readServiceLevels.schema,
    }),
    (request) => serviceLevels(db, callerOf(request).tenant),
  );

  scope.put(
    '/service-levels',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Changes the service levels of the given severities',
      body: readServiceLevels.schema,
    }),
    async (request) => {
      const { tenant } = callerOf(request);
      await saveServiceLevels(db, tenant, readServiceLevels(request.body));
      await audited(request, 'service-levels.save', 'service-levels');
      return serviceLevels(db, tenant);
    },
  );
}
