import { createHash } from 'node:crypto';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { object } from '../../frames/json-values.ts';
import type { HarvestedItem } from '../items/harvest.ts';
import type { TalqDocument } from './gateway-rows.ts';
import type { LoggedValue } from './log-report.ts';
import type { TalqDevice } from './talq-device.ts';
import { dateTime, faultsOf, readTalqDevice, talqEntities } from './talq-device.ts';

/** The current state of a device. A new measurement counts as a change; without a time only a new value does. */
export function deviceItems(source: string, device: TalqDevice, readAt: string): HarvestedItem[] {
  const timeless = talqEntities(source, device, undefined);
  return talqEntities(source, device, readAt).map((entity, at) => talqItem(entity, timeless[at] ?? entity));
}

/** The Alerts of faults that have ended. */
export function endedItems(source: string, address: string, faults: readonly string[], at: string): HarvestedItem[] {
  return faults.map((fault) => {
    const over = { id: alertId(source, address, fault), type: 'Alert', validTo: dateTime(at) };
    return talqItem(over, over);
  });
}

/**
 * The items for values of one time: the asset, if they are attributes of it, and Alerts that begin or end. Repeated
 * values give the same items, which are stored only once.
 */
export function loggedItems(
  source: string,
  before: TalqDocument,
  only: TalqDocument,
  values: readonly LoggedValue[],
): HarvestedItem[] {
  const [known, device] = [readTalqDevice(before), readTalqDevice(only)];
  const moment = values[0]?.at;
  if (known === undefined || device === undefined || moment === undefined) return [];
  const names = values.map(({ attribute }) => attribute).sort();
  const started = talqEntities(source, device, moment).filter(
    (entity) => entity.type !== 'Device' && (entity.type === 'Alert' || isMeasured(entity)),
  );
  const lasting = new Set(faultsOf(known));
  const over = values.filter(({ attribute, value }) => value === false && lasting.has(attribute));
  const ended = endedItems(
    source,
    device.address,
    over.map(({ attribute }) => attribute),
    moment,
  );
  return [...started.map((entity) => talqItem(entity, entity)), ...ended].map((item) => ({
    ...item,
    key: `${item.key} ${names.join(' ')}`,
    moment,
  }));
}

export function talqItem(entity: Entity, content: Entity): HarvestedItem {
  return { key: entity.id, hash: createHash('sha256').update(JSON.stringify(content)).digest(), entities: [entity] };
}

export function alertId(source: string, address: string, fault: string): string {
  return `urn:ngsi-ld:Alert:${source}:${address}:${fault}`;
}

function isMeasured(entity: Entity): boolean {
  return Object.values(entity).some((attribute) => 'observedAt' in object(attribute));
}
