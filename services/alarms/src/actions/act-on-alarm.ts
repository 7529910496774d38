import type { Queryable } from '@alzette/kit/database';
import type { Alarm } from '../alarm/alarm.ts';
import { applyPersonAct } from '../alarm/person-acts.ts';
import { serviceLevels } from '../alarm/service-levels.ts';
import type { PersonAct } from '../contract/contract.ts';
import { cancelWork, planWork } from '../notices/due.ts';
import { listEscalations } from '../notices/escalation.ts';
import { planFor } from '../notices/plan.ts';
import type { AlarmParts } from '../parts.ts';
import { type Actor, type Performed, perform } from '../records/perform.ts';

/**
 * Applies a person's act to an alarm, plans what follows from it, and records it in the audit.
 *
 * @param key the client's own id of the act; the same key is applied once
 * @throws Problem 404, 409, 400, or the broker's refusal
 */
export async function actOnAlarm(
  parts: AlarmParts,
  actor: Actor,
  id: string,
  wanted: PersonAct,
  key?: string,
): Promise<Performed<Alarm>> {
  const { db, alarms, audit } = parts;
  const [levels, escalations] = await Promise.all([serviceLevels(db, actor.tenant), listEscalations(db, actor.tenant)]);
  const now = new Date();
  const { act, ...detail } = wanted;
  const result = await perform(parts, alarms, actor, id, key, ({ state: before }) => {
    const state = applyPersonAct(before, wanted, actor.name, now.toISOString(), levels);
    if (state === undefined) return undefined;
    const { dues, cancelled } = planFor(before, state, now, escalations);
    return {
      state,
      entry: { at: now, actor: actor.name, act, detail },
      async also(tx: Queryable) {
        await planWork(tx, actor.tenant, dues);
        await cancelWork(tx, actor.tenant, cancelled);
      },
    };
  });
  if (!result.isChanged) return result;
  parts.wake();
  // Comments may name people, so they are only in the journal, which is deleted after some time.
  await audit.append({
    actor: actor.name,
    action: `alarm.${act}`,
    object: id,
    tenant: actor.tenant,
    outcome: 'done',
    details: {},
  });
  return result;
}
