import { actor as actorName } from '@alzette/kit/access';
import { setUp } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { saveServiceLevels, serviceLevels } from '../alarm/service-levels.ts';
import type { AlarmSetupContract } from '../contract/contract.ts';
import { deleteEscalation, listEscalations, saveEscalation } from '../notices/escalation.ts';
import type { AlarmParts } from '../parts.ts';

/** `/alarms/escalations` and `/alarms/service-levels`: who is notified when, and the deadlines for acting. */
export function setupHandlers({ db, audit, callerOf }: AlarmParts): Handlers<AlarmSetupContract> {
  const audited = (request: FastifyRequest, action: string, name: string) => {
    const caller = callerOf(request);
    const { tenant } = caller;
    return audit.append({ actor: actorName(caller), action, object: name, tenant, outcome: 'done', details: {} });
  };
  return {
    escalations: async ({ tenant }) => ({ escalations: await listEscalations(db, tenant) }),
    async saveEscalation(request) {
      const { id } = request.params;
      await saveEscalation(db, request.tenant, { id, ...request.body });
      await audited(request, 'escalation.save', id);
    },
    async removeEscalation(request) {
      const { id } = request.params;
      if (!(await deleteEscalation(db, request.tenant, id))) throw missing('escalation', id);
      await audited(request, 'escalation.delete', id);
    },
    serviceLevels: {
      objects: setUp('service levels of alarms', ['Alert']),
      handle: ({ tenant }) => serviceLevels(db, tenant),
    },
    async changeServiceLevels(request) {
      await saveServiceLevels(db, request.tenant, request.body);
      await audited(request, 'service-levels.save', 'service-levels');
      return serviceLevels(db, request.tenant);
    },
  };
}
