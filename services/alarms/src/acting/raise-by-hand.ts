import { randomUUID } from 'node:crypto';
import { bodyReader, object } from '@alzette/kit/bodies';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import { type Alarm, clocksFrom } from '../alarm/alarm.ts';
import { serviceLevels } from '../alarm/service-levels.ts';
import { planWork } from '../notices/due.ts';
import { listEscalations } from '../notices/escalation.ts';
import { planFor } from '../notices/plan.ts';
import type { AlarmParts } from '../parts.ts';
import { SEVERITIES, type Severity } from '../ports.ts';
import { create } from '../records/create.ts';
import type { Actor } from '../records/perform.ts';
import { placeOf } from '../records/place.ts';

/** An alarm as a person enters it. */
interface NewAlarm {
  readonly id?: string;
  readonly severity: Severity;
  readonly category: string;
  readonly text: string;
  readonly about?: readonly string[];
  readonly location?: Geometry;
}
/** @throws Problem 400: names the member */
export const readNewAlarm = bodyReader<NewAlarm>(
  object(
    {
      id: { type: 'string', pattern: '^urn:ngsi-ld:Alert:[A-Za-z0-9._:-]{1,200}$' },
      severity: { enum: SEVERITIES },
      category: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]{0,63}$' },
      text: { type: 'string', minLength: 1, maxLength: 1000 },
      about: {
        type: 'array',
        items: { type: 'string', format: 'uri', maxLength: 500 },
        maxItems: 100,
        uniqueItems: true,
      },
      location: { type: 'object' },
    },
    ['severity', 'category', 'text'],
  ),
);

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
