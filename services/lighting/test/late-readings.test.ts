import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '@alzette/broker';
import { eachDatabase } from '@alzette/broker/test-support';
import { endOfLastNight } from '../src/measure/night-jobs.ts';
import { keepReadings } from '../src/measure/reading-rows.ts';
import { fillLess, keepTenant, markFilled } from '../src/measure/tenant-rows.ts';

const DAY_MS = 86_400_000;
const TIME_ZONE = 'Europe/Paris';
const NIGHT_KNOWN = `INSERT INTO lighting.zone_night
  (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  VALUES ($1, 'all', '', $2::date, 660, 660, 0, 100, 100, 120, 1, 120)`;
const DUE = 'SELECT night::text AS night FROM lighting.night_due WHERE tenant = $1 ORDER BY night';

const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

test('the demo sums no night that ended before its start, also if it starts in the morning after', () => {
  const site = { longitude: 5.93, latitude: 49.47, timeZone: TIME_ZONE };
  const end = (now: string) => new Date(endOfLastNight(site, Date.parse(now))).toISOString();
  assert.equal(end('2026-12-01T22:00:00Z'), '2026-12-01T11:00:00.000Z', 'in the evening: tonight is summed');
  assert.equal(end('2026-12-02T03:00:00Z'), '2026-12-01T11:00:00.000Z');
  assert.equal(end('2026-12-02T10:00:00Z'), '2026-12-02T11:00:00.000Z', 'this night is over');
});

eachDatabase('A late reading', (each) => {
  each('sums a night again only if all its readings are still there', async (_, db) => {
    await migrate(db, new URL('../migrations/', import.meta.url), 'lighting');
    const nights = [30, 9, 6, 3].map(dayBefore);
    const dueOf = async (tenant: string) => {
      for (const night of nights) await db.query({ text: NIGHT_KNOWN, values: [tenant, night] });
      const readings = nights.map((night) => ({ lamp: 'urn:l:1', at: `${night}T22:00:00Z`, power: 60 }));
      await keepReadings(db, tenant, readings, TIME_ZONE);
      return (await db.query<{ night: string }>({ text: DUE, values: [tenant] })).rows.map(({ night }) => night);
    };

    await keepTenant(db, 'old', new Date(Date.now() - 7 * DAY_MS));
    await markFilled(db, 'old');
    assert.deepEqual(await dueOf('old'), [dayBefore(6), dayBefore(3)], 'readings are kept for some days');

    await keepTenant(db, 'demo', new Date(Date.now() - 7 * DAY_MS));
    const [fillFrom, readingsFrom] = [5, 4].map((days) => new Date(Date.now() - days * DAY_MS)) as [Date, Date];
    await fillLess(db, 'demo', fillFrom, readingsFrom);
    assert.deepEqual(await dueOf('demo'), [dayBefore(3)], 'its earlier nights were stored without readings');

    await db.query({ text: `INSERT INTO lighting.tenant (tenant) VALUES ('upgraded')` });
    assert.deepEqual(await dueOf('upgraded'), [dayBefore(6), dayBefore(3)], 'of an earlier version');
  });
});
