import { createHash } from 'node:crypto';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Harvest, HarvestedItem } from '../sources/harvest.ts';
import { SourceError } from '../sources/harvest.ts';
import { fetchOutgoing, type Outgoing, refusal } from '../sources/outgoing.ts';
import type { ItemProblem } from '../sources/source.ts';
import { dateTime, readTalqDevice, talqEntities } from './talq-device.ts';
import type { TalqFrom, TalqSource } from './talq-source.ts';

const PAGE = 200;
const MOST_DEVICES = 100_000;

/** Reads all devices of a gateway. A fault that lasts no more gets its Alert's `validTo`. @throws SourceError */
export async function readTalq(
  outgoing: Outgoing,
  { id: source, from }: TalqSource,
  options: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<Harvest> {
  const readAt = new Date().toISOString();
  const items: HarvestedItem[] = [];
  const problems: ItemProblem[] = [];
  let rows = 0;
  for (let total = 1; rows < total && rows < MOST_DEVICES; ) {
    const { devices, count } = await devicesFrom(outgoing, from, rows, options.signal);
    total = count ?? 0; // a gateway that has no pages gives all at once
    if (devices.length === 0) break;
    for (const value of devices) {
      const device = readTalqDevice(value);
      if (device === undefined) {
        const got = JSON.stringify(value)?.slice(0, 100);
        problems.push({
          item: rows,
          field: 'address',
          got,
          message: `no device with an address: ${got}`,
          refused: true,
        });
      } else {
        const timeless = talqEntities(source, device, undefined);
        for (const [at, entity] of talqEntities(source, device, readAt).entries())
          items.push(itemOf(entity, timeless[at]));
      }
      rows += 1;
    }
  }
  const alerts = items.filter(({ key }) => key.startsWith('urn:ngsi-ld:Alert:')).map(({ key }) => key);
  const last = Array.isArray(options.state.alerts) ? options.state.alerts : [];
  for (const id of last) {
    if (typeof id !== 'string' || alerts.includes(id)) continue;
    const over = { id, type: 'Alert', validTo: dateTime(readAt) };
    items.push(itemOf(over, over));
  }
  return { rows, items, problems: problems.slice(0, 100), refused: problems.length, state: { alerts } };
}

async function devicesFrom(
  outgoing: Outgoing,
  from: TalqFrom,
  offset: number,
  signal: AbortSignal,
): Promise<{ devices: unknown[]; count: number | undefined }> {
  const url = talqUrl(from, 'devices');
  url.searchParams.set('offset', String(offset));
  url.searchParams.set('limit', String(PAGE));
  const answer = await fetchOutgoing(outgoing, url.href, { ...talqHeaders(from), signal });
  if (answer.status !== 200) throw refusal(answer);
  let devices: unknown;
  try {
    devices = JSON.parse(Buffer.from(answer.body).toString());
  } catch (cause) {
    throw new SourceError(`${url.origin}${url.pathname} answered no JSON`, { cause });
  }
  if (!Array.isArray(devices)) throw new SourceError(`${url.origin}${url.pathname} answered no list of devices`);
  const count = Number(answer.headers.get('pagination-totalCount') ?? Number.NaN);
  return { devices, count: Number.isNaN(count) ? undefined : count };
}

/** A resource of the gateway, asked for by us. */
export function talqUrl({ url, clientAddress }: TalqFrom, resource: string): URL {
  const made = new URL(`${url.replace(/\/+$/, '')}/${resource}`);
  made.searchParams.set('clientAddress', clientAddress);
  return made;
}

export function talqHeaders({ apiVersion = '2.6.2', headers, secretHeaders }: TalqFrom) {
  return {
    headers: { accept: 'application/json', 'talq-api-version': apiVersion, ...headers },
    ...(secretHeaders === undefined ? {} : { secretHeaders }),
  };
}

/** Measured again is news; what tells no time only when it has changed. */
function itemOf(entity: Entity, timeless: Entity | undefined): HarvestedItem {
  const hash = createHash('sha256')
    .update(JSON.stringify(timeless ?? entity))
    .digest();
  return { key: entity.id, hash, entities: [entity] };
}
