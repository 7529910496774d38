import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '@alzette/kit/database';
import { type EntitySamples, queryPages } from '@alzette/ngsi-ld-schemas';
import type { LightingParts } from '../parts.ts';
import { CABINET_MEASURED, keepCabinetReadings } from './cabinet-readings.ts';
import { refreshPark } from './night-jobs.ts';
import {
  cabinetReadingsOf,
  type DeliveredEntity,
  MEASURED,
  pastCabinetReadings,
  pastReadings,
  readingsOf,
} from './read-notification.ts';
import { keepReadings } from './reading-rows.ts';
import { fillFromOf, markFilled } from './tenant-rows.ts';

/** Where readings are stored that no notification has delivered. */
interface Target {
  readonly parts: LightingParts;
  readonly tenant: string;
  /** Earlier values are no readings. */
  readonly from: Date;
}

const LAMPS_AFTER = `SELECT id FROM lighting.lamp WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3`;
const CABINETS_AFTER = `SELECT id FROM lighting.cabinet WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3`;

/** Entities per query of the present values. */
const PAGE = 500;
/** Entities per query of the history: eight days of quarter-hours with three attributes are 60,000 values. */
const AT_ONCE = 25;
/** Rows in one statement, so that others do not wait long for the embedded database. */
const ROWS_AT_ONCE = 2_000;
/** The pause after each query of the history, because other work takes precedence. */
const PAUSE_MS = 25;

const KINDS = [
  {
    type: 'Streetlight',
    attrs: Object.keys(MEASURED),
    idsAfter: LAMPS_AFTER,
    keepPresent: async ({ parts, tenant, from }: Target, entities: readonly DeliveredEntity[]) => {
      const readings = readingsOf(entities, new Date().toISOString());
      await keepReadings(parts.db, tenant, since(from, readings), parts.siteOf(tenant).timeZone);
    },
    keepPast: ({ parts, tenant }: Target, past: readonly EntitySamples[]) =>
      inSteps(past.flatMap(pastReadings), (some) =>
        keepReadings(parts.db, tenant, some, parts.siteOf(tenant).timeZone),
      ),
  },
  {
    type: 'StreetlightControlCabinet',
    attrs: Object.keys(CABINET_MEASURED),
    idsAfter: CABINETS_AFTER,
    keepPresent: async ({ parts, tenant, from }: Target, entities: readonly DeliveredEntity[]) => {
      const readings = cabinetReadingsOf(entities, new Date().toISOString());
      await keepCabinetReadings(parts.db, tenant, since(from, readings));
    },
    keepPast: ({ parts, tenant }: Target, past: readonly EntitySamples[]) =>
      inSteps(past.flatMap(pastCabinetReadings), (some) => keepCabinetReadings(parts.db, tenant, some)),
  },
] as const;

/**
 * Fills in the readings of a tenant that has begun to use the service: the present ones, then those of the history. It
 * may be repeated, because each reading is stored once. The nights it adds to are summed by the hourly job.
 */
export async function fillReadings(
  parts: LightingParts,
  tenant: string,
  signal: AbortSignal,
): Promise<{ entities: number }> {
  const from = await fillFromOf(parts.db, tenant);
  if (from === undefined) return { entities: 0 };
  await fillPresent(parts, tenant, signal);
  const entities = await fillPast({ parts, tenant, from }, signal);
  await markFilled(parts.db, tenant);
  return { entities };
}

/** Copies the park of a tenant, and stores its present values as readings, at the time of their observation. */
export async function fillPresent(parts: LightingParts, tenant: string, signal: AbortSignal): Promise<void> {
  const from = await fillFromOf(parts.db, tenant);
  if (from === undefined) return;
  const { client, context } = parts;
  for (const { type, attrs, keepPresent } of KINDS) {
    const asked = { tenant, context, type, pick: ['id', 'type', ...attrs], sysAttrs: true, limit: PAGE };
    for await (const entities of queryPages(client, asked)) {
      signal.throwIfAborted();
      await keepPresent({ parts, tenant, from }, entities);
    }
  }
  signal.throwIfAborted();
  await refreshPark(parts, tenant);
}

/** @returns the number of lamps and cabinets whose history was read */
async function fillPast(target: Target, signal: AbortSignal): Promise<number> {
  const { parts, tenant, from } = target;
  const { db, client, context } = parts;
  let count = 0;
  for (const { attrs, idsAfter, keepPast } of KINDS) {
    const asked = { tenant, context, attrs, from, to: new Date(), untimed: true, limit: AT_ONCE };
    for await (const id of idsOf(db, tenant, idsAfter)) {
      signal.throwIfAborted();
      await keepPast(target, await client.queryTemporal({ ...asked, id }));
      count += id.length;
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
  return count;
}

/** The ids of the lamps or cabinets of a tenant, some at a time. */
async function* idsOf(db: Queryable, tenant: string, idsAfter: string): AsyncGenerator<string[], void, undefined> {
  for (let last = ''; ; ) {
    const { rows } = await db.query<{ id: string }>({ text: idsAfter, values: [tenant, last, AT_ONCE] });
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return;
    yield ids;
    last = ids[ids.length - 1] as string; // not empty
  }
}

function since<R extends { readonly at: string }>(from: Date, readings: readonly R[]): R[] {
  return readings.filter(({ at }) => Date.parse(at) >= from.getTime());
}

async function inSteps<T>(all: readonly T[], keep: (some: readonly T[]) => Promise<void>): Promise<void> {
  for (let start = 0; start < all.length; start += ROWS_AT_ONCE) await keep(all.slice(start, start + ROWS_AT_ONCE));
}
