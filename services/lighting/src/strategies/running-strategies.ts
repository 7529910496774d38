import type { Queryable } from '@alzette/kit/database';
import type { Site } from '../sun/sun-night.ts';
import { tonight } from '../sun/tonight.ts';
import { openAssigned, type Placed } from './assignments.ts';
import { readStrategy, type Strategy } from './strategy.ts';
import { findStrategy } from './strategy-rows.ts';

const LAMPS = `SELECT id, commune, street, cabinet, zones FROM lighting.lamp WHERE tenant = $1`;

/** The assigned strategy of each lamp of a tenant, by id, for lamps that lose it when they restart. */
export async function runningStrategies(db: Queryable, tenant: string, site: Site): Promise<Map<string, Strategy>> {
  const assigned = await openAssigned(db, tenant, site);
  const { rows } = await db.query<Placed>({ text: LAMPS, values: [tenant] });
  const night = tonight(site.timeZone);
  const read = new Map<string, Strategy>();
  const running = new Map<string, Strategy>();
  for (const lamp of rows) {
    const { strategy: id, version } = assigned.promiseFor(lamp, night);
    if (id === undefined) continue;
    const key = `${id} ${version}`;
    const row = read.has(key) ? undefined : await findStrategy(db, tenant, id, version);
    if (row) read.set(key, readStrategy(row.document));
    const strategy = read.get(key);
    if (strategy) running.set(lamp.id, strategy);
  }
  return running;
}
