import { conflict } from '@alzette/kit/problems';
import type { WorkOrderAct } from '../contract/contract.ts';
import type { AlarmParts } from '../parts.ts';
import { type Actor, type Performed, perform } from '../records/perform.ts';
import { applyWorkOrderAct, overwrites } from './apply-act.ts';
import type { WorkOrder } from './work-order.ts';

interface Occasion {
  /** The device's own id of the act. */
  readonly key?: string;
  /** When it was done; absent: now. */
  readonly at?: Date;
  /** The version that the actor knew. */
  readonly version?: number;
}

/**
 * Applies an act to a work order.
 *
 * @throws Problem 404; 409: its status does not allow the act, or it has changed since the known version; or the
 * broker's refusal
 */
export async function actOnWorkOrder(
  parts: AlarmParts,
  actor: Actor,
  id: string,
  wanted: WorkOrderAct,
  { key, at, version }: Occasion,
): Promise<Performed<WorkOrder>> {
  const now = new Date();
  // A device's clock may be wrong: a time in the future is replaced by the present.
  const done = at !== undefined && at < now ? at : now;
  const { act, ...detail } = wanted;
  const result = await perform(parts, parts.workOrders, actor, id, key, (kept) => {
    if (version !== undefined && version !== kept.version && overwrites(wanted)) {
      throw conflict(
        `version: got ${version}, expected ${kept.version}: the order was changed in the meantime`,
        'changed',
      );
    }
    const state = applyWorkOrderAct(kept.state, wanted, actor.name, done.toISOString());
    return state && { state, entry: { at: done, actor: actor.name, act, detail: shownOf(detail) } };
  });
  if (!result.isChanged) return result;
  await parts.audit.append({
    actor: actor.name,
    action: `work-order.${act}`,
    object: id,
    tenant: actor.tenant,
    outcome: 'done',
    details: {},
  });
  return result;
}

/** The signature names a person. It is only in the record, where it can be erased. */
function shownOf(detail: object): { readonly [member: string]: unknown } {
  return 'signature' in detail ? { ...detail, signature: true } : { ...detail };
}
