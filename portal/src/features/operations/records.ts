import type { AlarmRecord, AlarmStatus, Severity, WorkOrderRecord, WorkOrderStatus } from '@alzette/alarms/contract';
import { inLanguage } from '../../i18n/in-language.ts';
import { refusalOf } from '../../kit/problem/refusal-of.ts';
import { waitingActs } from './offline/send-acts.ts';
import type { OrderAct } from './offline/waiting-acts.ts';

export const ALARM_STATUSES = [
  'active',
  'acknowledged',
  'inProgress',
  'shelved',
  'suppressed',
  'cleared',
  'withdrawn',
  'closed',
] as const satisfies readonly AlarmStatus[];
export const ORDER_STATUSES = [
  'open',
  'assigned',
  'inProgress',
  'onHold',
  'completed',
  'closed',
  'cancelled',
] as const satisfies readonly WorkOrderStatus[];

/** As the bell takes an alarm that does not tell it. */
export const severityOf = ({ severity = 'informational' }: AlarmRecord): Severity => severity;
export const statusOf = ({ status = 'active' }: AlarmRecord): AlarmStatus => status;

/** Its text, or its description, or its id. */
export function sentenceOf({ data, description, id }: AlarmRecord, locale: string): string {
  return inLanguage(data?.text, locale) || (description ?? id);
}

/** Converts one value or several to a list. */
export function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Item];
}

/** Sends an act on a work order at once, or when the network is back. @throws Error: it was refused */
export async function actOnWorkOrder({ id, version }: WorkOrderRecord, act: OrderAct): Promise<void> {
  waitingActs.add(id, { key: crypto.randomUUID(), at: new Date().toISOString(), version, act });
  const [refused] = await waitingActs.send();
  if (refused !== undefined) throw refusalOf(refused);
}

/** The readable part of an entity's id. */
export function shortId(id: string): string {
  return id.replace(/^urn:ngsi-ld:/, '');
}
