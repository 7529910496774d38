import type { Handlers } from '@alzette/kit/serve';
import type { DemarchesContract } from '../contract/contract.ts';
import type { ProcedureParts } from '../parts.ts';
import { takeOver } from './take-over.ts';

/** `/procedures/demarches`: dossiers of Démarches simplifiées. */
export function demarchesHandlers(parts: ProcedureParts): Handlers<DemarchesContract> {
  return { takeOver: ({ tenant, body }) => takeOver(parts, tenant, body) };
}
