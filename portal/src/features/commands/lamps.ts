import type { Override, OverrideContract } from '@alzette/lighting/contract';
import { OVERRIDES } from '@alzette/lighting/paths';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { views } from '../../broker/operations.ts';
import { service } from '../../broker/service.ts';
import { readAttribute } from '../../entities/attribute.ts';
import { knownLayer } from '../../entities/known-layers.ts';

export const overrides = service<OverrideContract>(OVERRIDES);

/** The count of the devices' answers, by the meaning of `<command>_status`; `none`: no answer so far. */
export type Answers = Readonly<Record<'OK' | 'PENDING' | 'EXPIRED' | 'ERROR' | 'none', number>>;

/** The meaning of each value of `<command>_status`. A downlink that the device has acknowledged is delivered. */
const ANSWER: Readonly<Record<string, Exclude<keyof Answers, 'none'>>> = {
  OK: 'OK',
  DELIVERED: 'OK',
  PENDING: 'PENDING',
  SENT: 'PENDING',
  QUEUED: 'PENDING',
  EXPIRED: 'EXPIRED',
  ERROR: 'ERROR',
};

export const MAX_LAMPS = 2_000;
const PAGE = 200;
const BATCH = 100;

/** Ids of the lamps that match a text: a street, a commune or a name. */
export async function lampsNamed(text: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  const layer = knownLayer('Streetlight');
  for (let offset = 0; layer !== undefined && offset < MAX_LAMPS; offset += PAGE) {
    const body = { layers: [layer], filter: { text }, limit: PAGE, offset };
    const page = await views.list({ body, signal });
    ids.push(...page.ids);
    if (ids.length >= page.count) break;
  }
  return ids;
}

export async function lampsOfCabinet(broker: NgsiLdClient, cabinet: string, signal: AbortSignal): Promise<string[]> {
  const q = `refStreetlightControlCabinet=="${cabinet}"`;
  const { entities } = await broker.queryEntities({
    type: 'Streetlight',
    q,
    pick: ['id', 'type'],
    limit: 1_000,
    signal,
  });
  return entities.map(({ id }) => id);
}

/** Reads the answers of a command's lamps, in batches. Only answers after the command was given count. */
export async function answersOf(broker: NgsiLdClient, { lamps, command, createdAt }: Override): Promise<Answers> {
  const counts = { OK: 0, PENDING: 0, EXPIRED: 0, ERROR: 0, none: lamps.length };
  const since = Date.parse(createdAt) - 1_000;
  for (let at = 0; at < lamps.length; at += BATCH) {
    const { entities } = await broker.queryEntities({
      type: 'Streetlight',
      id: lamps.slice(at, at + BATCH),
      format: 'concise',
      pick: ['id', 'type', `${command}_status`],
      limit: BATCH,
    });
    for (const entity of entities) {
      const { value, observedAt = 0 } = readAttribute(entity[`${command}_status`]);
      const key = ANSWER[String(value)];
      if (key === undefined || observedAt < since) continue;
      counts[key] += 1;
      counts.none -= 1;
    }
  }
  return counts;
}
