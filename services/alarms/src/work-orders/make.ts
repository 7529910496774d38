import { createHash, randomUUID } from 'node:crypto';
import { refused } from '@alzette/kit/problems';
import { actOnAlarm } from '../actions/act-on-alarm.ts';
import type { Alarm } from '../alarm/alarm.ts';
import { type NewWorkOrder, PRIORITIES, type Priority } from '../contract/contract.ts';
import type { AlarmParts } from '../parts.ts';
import type { WorkOrderAction } from '../ports.ts';
import { create } from '../records/create.ts';
import { type Actor, visibleEntity } from '../records/perform.ts';
import { placeOf } from '../records/place.ts';
import { loadRecords } from '../records/records.ts';
import { actOnWorkOrder } from './act-on-work-order.ts';
import { scopeOf, type WorkOrder } from './work-order.ts';

const BY_SEVERITY: { readonly [severity in Alarm['severity']]: Priority } = {
  informational: 'low',
  low: 'low',
  medium: 'normal',
  high: 'high',
  critical: 'urgent',
};

/**
 * Creates a work order, by hand or from alarms. It takes the assets and the place of the alarms unless others are
 * given.
 *
 * @param scope scopes of the place, if no asset determines them
 * @throws Problem 400: no name; 404: an alarm or an asset does not exist; 409: the id is in use
 */
export async function makeWorkOrder(
  parts: AlarmParts,
  actor: Actor,
  given: NewWorkOrder,
  scope: readonly string[] = [],
) {
  const { db, alarms: alarmKind, workOrders, audit } = parts;
  const alarmIds = given.alarms ?? [];
  const seen = await Promise.all(alarmIds.map((id) => visibleEntity(alarmKind, actor, id)));
  const name = given.name ?? seen.map(({ description }) => description).find((each) => typeof each === 'string');
  if (name === undefined) throw refused('name', undefined, 'the work to do');
  const about = given.about ?? [
    ...new Set(seen.flatMap((alarm) => (alarm.about ?? []) as string | string[]).map(String)),
  ];
  const place = about.length === 0 ? { scope } : await placeOf(actor, about);
  const known = await loadRecords<Alarm>(db, actor.tenant, alarmKind.name, alarmIds);
  const worst = [...known.values()].map(({ state }) => PRIORITIES.indexOf(BY_SEVERITY[state.severity]));
  const location = given.location ?? ('location' in place ? place.location : undefined);
  const now = new Date();
  const { organisation, assignee } = given;
  const order: WorkOrder = {
    id: given.id ?? `urn:ngsi-ld:WorkOrder:${randomUUID()}`,
    scope: scopeOf(place.scope, organisation),
    place: place.scope,
    name: String(name).slice(0, 200),
    ...(given.description !== undefined && { description: given.description }),
    status: organisation === undefined && assignee === undefined ? 'open' : 'assigned',
    priority: given.priority ?? PRIORITIES[Math.max(...worst, PRIORITIES.indexOf('normal'))] ?? 'normal',
    about,
    ...(location && { location }),
    dateIssued: now.toISOString(),
    ...(given.dueDate !== undefined && { dueDate: new Date(given.dueDate).toISOString() }),
    ...(organisation !== undefined && { organisation }),
    ...(assignee !== undefined && { assignee }),
    checklist: (given.checklist ?? []).map((item) => ({ ...item, done: false })),
    photos: [],
    times: [],
    needsSignature: given.needsSignature ?? false,
    comments: 0,
    alarms: alarmIds,
    serviceRequests: given.serviceRequests ?? [],
  };
  const created = await create(parts, workOrders, actor, {
    state: order,
    request: given,
    entry: { at: now, actor: actor.name, act: 'create', detail: {} },
  });
  // A repeated request links again, in case the first one failed. A link that exists already is not changed.
  const linking: Actor = { ...actor, client: parts.client };
  for (const id of alarmIds) await actOnAlarm(parts, linking, id, { act: 'link', workOrder: order.id });
  if (created.isNew) {
    await audit.append({
      actor: actor.name,
      action: 'work-order.create',
      object: order.id,
      tenant: actor.tenant,
      outcome: 'done',
      details: { priority: order.priority, ...(organisation !== undefined && { organisation }) },
    });
  }
  return created;
}

/** Creates the work order that a rule asks for; the same key creates it once. */
export async function makeWorkOrderOfRule(
  parts: AlarmParts,
  tenant: string,
  key: string,
  alarm: Alarm,
  { priority, organisation }: WorkOrderAction,
): Promise<void> {
  const actor: Actor = { tenant, client: parts.client, name: alarm.rule?.id ?? alarm.source };
  const given: NewWorkOrder = {
    id: idOfRuleOrder(tenant, key),
    name: alarm.text.fr.slice(0, 200),
    alarms: [alarm.id],
    priority: PRIORITIES.find((known) => known === priority) ?? BY_SEVERITY[alarm.severity],
    ...(organisation !== undefined && { organisation }),
  };
  await makeWorkOrder(parts, actor, given);
}

/** For those who do the work; the names of orders are French too. */
const WITHDRAWN = 'Alarme annulée : des mesures arrivées en retard montrent qu’elle n’avait pas lieu d’être';
/** An order that someone has ended stays as it is. */
const ENDED: readonly WorkOrder['status'][] = ['completed', 'closed', 'cancelled'];

/**
 * Cancels the work order that a rule asked for by this key, because its alarm was withdrawn. One that has ended, or that
 * has other alarms as well, stays.
 */
export async function cancelWorkOrderOfRule(
  parts: AlarmParts,
  tenant: string,
  key: string,
  alarm: Alarm,
): Promise<void> {
  const id = idOfRuleOrder(tenant, key);
  const order = (await loadRecords<WorkOrder>(parts.db, tenant, parts.workOrders.name, [id])).get(id)?.state;
  if (order === undefined || ENDED.includes(order.status)) return;
  if (order.alarms.some((other) => other !== alarm.id)) return;
  const actor: Actor = { tenant, client: parts.client, name: alarm.rule?.id ?? alarm.source };
  await actOnWorkOrder(parts, actor, id, { act: 'cancel', reason: WITHDRAWN }, {});
}

function idOfRuleOrder(tenant: string, key: string): string {
  return `urn:ngsi-ld:WorkOrder:${createHash('sha256').update(`${tenant} ${key}`).digest('hex').slice(0, 24)}`;
}
