import { actor } from '@alzette/kit/access';
import type { Handlers } from '@alzette/kit/serve';
import type { TransferContract } from '../contract/contract.ts';
import type { ProcedureParts } from '../parts.ts';
import { exportDossiers } from './export.ts';
import { importDossiers } from './import.ts';

/** `/procedures/transfer`: dossiers as one file. */
export function transferHandlers(parts: ProcedureParts): Handlers<TransferContract> {
  return {
    async export(request, reply) {
      const { tenant, query } = request;
      const act = {
        actor: actor(parts.callerOf(request)),
        action: 'dossiers.export',
        object: query.procedure ?? 'all',
        tenant,
        details: {},
      };
      return parts.audit.during(act, async () => {
        const transfer = await exportDossiers(parts, tenant, query.procedure);
        await parts.audit.append({ ...act, outcome: 'done', details: { dossiers: transfer.dossiers.length } });
        reply.header('content-disposition', 'attachment; filename="dossiers.json"');
        return transfer;
      });
    },
    import: ({ tenant, body }) => importDossiers(parts, tenant, body),
  };
}
