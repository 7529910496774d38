import { Turns } from '@alzette/kit/turns';
import { type EntityQuery, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { LampQuery } from '../contract/contract.ts';
import { LAMP_ATTRIBUTES, type Lamp, type LampModel, lampModelOf, lampOf } from './lamp.ts';

/** The tenant and the @context for reading lamps. */
export interface ParkReader {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly tenant: string;
}

const PAGE = 500;

/** The lamps of a query; without one, all. @throws NgsiLdClientError: the broker refuses the query */
export async function readLamps(reader: ParkReader, { id, ...query }: LampQuery = {}): Promise<Lamp[]> {
  const models = await readModels(reader);
  const lamps: Lamp[] = [];
  const asked: EntityQuery = {
    ...inTenant(reader),
    ...query,
    ...(id && { id: [...id] }),
    type: 'Streetlight',
    pick: ['id', 'type', ...LAMP_ATTRIBUTES],
  };
  const turns = new Turns();
  for await (const entity of queryAll(reader.client, asked)) {
    lamps.push(lampOf(entity, models));
    if (turns.isOver) await turns.next();
  }
  return lamps;
}

/** The ids of the lamps of a query. @throws NgsiLdClientError: the broker refuses the query */
export async function findLamps(reader: ParkReader, query: Omit<LampQuery, 'id'>): Promise<string[]> {
  const ids: string[] = [];
  const asked: EntityQuery = { ...inTenant(reader), ...query, type: 'Streetlight', pick: ['id', 'type'] };
  for await (const { id } of queryAll(reader.client, asked)) ids.push(id);
  return ids;
}

async function readModels(reader: ParkReader): Promise<Map<string, LampModel>> {
  const models = new Map<string, LampModel>();
  for await (const entity of queryAll(reader.client, { ...inTenant(reader), type: 'StreetlightModel' })) {
    models.set(entity.id, lampModelOf(entity));
  }
  return models;
}

function inTenant({ context, tenant }: ParkReader): EntityQuery {
  return { context, tenant, format: 'simplified', limit: PAGE };
}
