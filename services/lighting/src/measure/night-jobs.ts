import type { Transaction } from '@alzette/kit/database';
import { doAndMark } from '@alzette/kit/due-work';
import { Turns } from '@alzette/kit/turns';
import { keepCabinets, readCabinets } from '../park/cabinet-rows.ts';
import { keepLamps } from '../park/lamp-rows.ts';
import { findLamps, readLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { openAssigned } from '../strategies/assignments.ts';
import { daysAfter, instantOf, type LocalDate, nextDay, wallTime } from '../sun/local-time.ts';
import { type Site, sunNight } from '../sun/sun-night.ts';
import { tonight } from '../sun/tonight.ts';
import { listZones } from '../zones/drawn-zones.ts';
import { publishGroups } from '../zones/zone-groups.ts';
import { closeNight } from './close-night.ts';
import { beganBeforeReadings, forgetReadings, hasReadings } from './reading-rows.ts';
import { listTenants } from './tenant-rows.ts';

/** Also a second time, after noon. The demo makes the sums of nights before its first reading itself. */
const MARK_LAST = `
  INSERT INTO lighting.night_due (tenant, night)
  SELECT $1, $2::date
  WHERE ($3 OR NOT EXISTS (SELECT 1 FROM lighting.zone_night WHERE tenant = $1 AND night = $2::date))
    AND ${hasReadings('$2::date', '$4')}
  ON CONFLICT DO NOTHING`;
/** A night that began before the readings may be due since an earlier version. */
const DUE = `
  SELECT night::text AS night, ${beganBeforeReadings('night', '$3')} AS "isBefore" FROM lighting.night_due
  WHERE tenant = $1 AND night <= $2::date ORDER BY night`;
const DONE = `DELETE FROM lighting.night_due WHERE tenant = $1 AND night = $2::date`;

/** The time after sunrise until lamps are off and have reported it. */
const SETTLE_MS = 45 * 60_000;
const NOON = 12 * 60;

/**
 * Sums due nights: the last one when its lamps are off and again after noon, and nights with late readings. Then
 * deletes readings that are too old.
 */
export async function closeNights(parts: LightingParts, now: number = Date.now()): Promise<{ nights: number }> {
  let nights = 0;
  for (const tenant of await listTenants(parts.db)) nights += await closeNightsOf(parts, tenant, now);
  await forgetReadings(parts.db);
  return { nights };
}

async function closeNightsOf(parts: LightingParts, tenant: string, now: number): Promise<number> {
  const { db } = parts;
  const site = parts.siteOf(tenant);
  const { night, isOver } = endedNight(site, now);
  await db.query({ text: MARK_LAST, values: [tenant, night, isOver, site.timeZone] });
  const { rows } = await db.query<{ night: LocalDate; isBefore: boolean }>({
    text: DUE,
    values: [tenant, night, site.timeZone],
  });
  if (rows.length === 0) return 0;
  await refreshPark(parts, tenant);
  const strategies = await openAssigned(db, tenant, site);
  // Before the last night is marked, so that a process that is killed in between publishes them in its next run.
  const failure: unknown = await publishGroups(parts, tenant, tonight(site.timeZone, now)).catch((cause) => cause);
  for (const { night: due, isBefore } of rows) {
    const close = async (tx: Transaction) => {
      if (!isBefore) await closeNight(tx, { tenant, night: due, site, strategies });
    };
    const staysDue = failure !== undefined && due === rows.at(-1)?.night;
    if (staysDue) await db.transaction(close);
    // If the night is marked again during this, it is summed again.
    else await doAndMark(db, { text: DONE, values: [tenant, due] }, close);
  }
  if (failure !== undefined) throw failure;
  return rows.length;
}

/** The last night: its lamps are off, or (`isOver`) noon was within the last hour. */
export function endedNight(site: Site, now: number): { night: LocalDate; isOver: boolean } {
  const { date, minutes } = wallTime(now, site.timeZone);
  const lastEvening = daysAfter(date, -1);
  const { sunrise } = sunNight(site, lastEvening, ['sunset', 'sunrise']);
  if (now < sunrise + SETTLE_MS) return { night: daysAfter(date, -2), isOver: false };
  return { night: lastEvening, isOver: minutes >= NOON && minutes < NOON + 60 };
}

/** The noon after the last night whose lamps are off. */
export function endOfLastNight(site: Site, now: number): number {
  return instantOf(nextDay(endedNight(site, now).night), NOON, site.timeZone);
}

/** Copies the lamps and cabinets of a tenant from the broker, with the drawn zones of each lamp. */
export async function refreshPark({ db, client, context }: LightingParts, tenant: string): Promise<void> {
  const reader = { client, context, tenant };
  const zones = new Map<string, string[]>();
  const turns = new Turns();
  for (const { id, area } of await listZones(db, tenant)) {
    const { type: geometry, coordinates } = area;
    for (const lamp of await findLamps(reader, { georel: 'within', geometry, coordinates })) {
      const known = zones.get(lamp);
      if (known === undefined) zones.set(lamp, [id]);
      else known.push(id);
    }
    await turns.next();
  }
  const lamps = await readLamps(reader);
  await keepLamps(
    db,
    tenant,
    lamps.map((lamp) => ({ ...lamp, zones: zones.get(lamp.id) ?? [] })),
  );
  await keepCabinets(db, tenant, await readCabinets(reader));
}
