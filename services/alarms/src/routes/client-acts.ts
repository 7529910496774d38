import type { Caller } from '@alzette/kit/access';
import { denied } from '@alzette/kit/problems';
import type { WorkOrderAct } from '../contract/contract.ts';

/** The role of who works for others: they say that the work is done, and who ordered it closes it. */
const CONTRACTOR = 'contractor';
const OF_THE_CLIENT: ReadonlySet<WorkOrderAct['act']> = new Set(['close', 'reopen', 'cancel']);

/** Whether the caller may close, reopen and cancel work orders, as whoever orders work. */
export function closes({ roles, administers }: Pick<Caller, 'roles' | 'administers'>): boolean {
  return administers || !roles.includes(CONTRACTOR);
}

/** Why somebody may not write or remove the status of work orders but by its acts; undefined: they may. */
export function refusalToWriteStatus({ roles }: Pick<Caller, 'roles'>): string | undefined {
  if (!roles.includes(CONTRACTOR) || roles.includes('administrator')) return undefined;
  return 'status: got a change from a contractor, expected an act by POST /work-orders/{id}/acts';
}

/** @throws Problem 403: the act is for whoever ordered the work */
export function judgedAct(wanted: WorkOrderAct, caller: Caller): WorkOrderAct {
  if (OF_THE_CLIENT.has(wanted.act) && !closes(caller)) {
    throw denied(`act: got ${wanted.act} from a contractor, expected complete: who ordered the work closes it`);
  }
  return wanted;
}
