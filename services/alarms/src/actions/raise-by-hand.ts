import { randomUUID } from 'node:crypto';
import { type Alarm, clocksFrom } from '../alarm/alarm.ts';
import { serviceLevels } from '../alarm/service-levels.ts';
import type { NewAlarm } from '../contract/contract.ts';
import { planWork } from '../notices/due.ts';
import { listEscalations } from '../notices/escalation.ts';
import { planFor } from '../notices/plan.ts';
import type { AlarmParts } from '../parts.ts';
import { create } from '../records/create.ts';
import type { Actor } from '../records/perform.ts';
import { placeOf } from '../records/place.ts';

/** Raises an alarm that a person enters. @throws Problem 404: the entity that it is about does not exist; 409 */
export async function raiseByHand(parts: AlarmParts, actor: Actor, given: NewAlarm) {
  const { db, alarms, audit } = parts;
  const now = new Date();
  const at = now.toISOString();
  const place = await placeOf(actor, given.about ?? []);
  const location = given.location ?? place.location;
  const alarm: Alarm = {
    id: given.id ?? `urn:ngsi-ld:Alert:${randomUUID()}`,
    ...(place.scope.length > 0 && { scope: place.scope }),
    dateIssued: at,
    severity: given.severity,
    category: given.category,
    text: { fr: given.text, en: given.text },
    source: `urn:ngsi-ld:Person:${encodeURIComponent(actor.name)}`,
    about: given.about ?? [],
    ...(location && { location }),
    actions: [],
    condition: 'active',
    occurrences: 1,
    lastOccurrence: at,
    episode: 1,
    ...clocksFrom(await serviceLevels(db, actor.tenant), given.severity, at),
    comments: 0,
    attachments: [],
    serviceRequests: [],
    workOrders: [],
  };
  const { dues } = planFor(undefined, alarm, now, await listEscalations(db, actor.tenant));
  const created = await create(parts, alarms, actor, {
    state: alarm,
    request: given,
    entry: { at: now, actor: actor.name, act: 'raise', detail: {} },
    also: (tx) => planWork(tx, actor.tenant, dues),
  });
  if (!created.isNew) return created;
  parts.wake();
  await audit.append({
    actor: actor.name,
    action: 'alarm.raise',
    object: alarm.id,
    tenant: actor.tenant,
    outcome: 'done',
    details: { severity: alarm.severity, category: alarm.category },
  });
  return created;
}
