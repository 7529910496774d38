import type { Database } from '@alzette/kit/database';
import { closeNights, endedNight } from '../../../services/lighting/src/measure/night-jobs.ts';
import { keepReadings, type Reading } from '../../../services/lighting/src/measure/reading-rows.ts';
import { keepTenant, markFilled } from '../../../services/lighting/src/measure/tenant-rows.ts';
import type { LightingParts } from '../../../services/lighting/src/parts.ts';
import { meters } from '../statements/cases/meters.ts';
import { nights } from '../statements/cases/nights.ts';
import { KillSwitch } from '../statements/kill-switch.ts';
import { openWorkshop } from '../statements/open-workshop.ts';
import { drillDatabase, Endings } from '../statements/statement-drill.ts';
import { liveThroughMeters } from './meters-of-month.ts';

/** Months with the two clock changes, after the present, so that the database does not delete their readings as too old. */
const YEAR = new Date().getUTCFullYear() + 1;
const MONTHS = [`${YEAR}-03`, `${YEAR}-10`];
const LAMPS = 5;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUARTER_MS = HOUR_MS / 4;
/** Readings of each third lamp come two days late. */
const LATE_DAYS = 2;
const MOST_STEPS = 40;
/** The sums are stored as single-precision numbers. */
const TOLERANCE = 1e-4;

const LAMP_NIGHTS = `
  SELECT night::text AS night, lamp, measured::float8 + by_day::float8 AS wh FROM lighting.lamp_night
  WHERE tenant = $1 ORDER BY night, lamp`;
const ZONE_NIGHTS = `
  SELECT night::text AS night, lamps, measured + by_day AS kwh,
    measured - (SELECT sum(part) FROM unnest(measured_half_hours) AS part) AS unspread
  FROM lighting.zone_night WHERE tenant = $1 AND kind = 'all' ORDER BY night`;

interface MonthResult {
  readonly month: string;
  readonly nights: number;
  readonly kills: number;
  readonly compared: number;
  readonly faults: readonly string[];
}

/**
 * Lives through the two months with clock changes, day by day: stores the readings of lamps and the counters of buildings, some of
 * them late, sums nights, days and the history while it kills these jobs before random statements, and compares all sums with the
 * meters.
 *
 * @returns whether all are equal
 */
export async function runMonthDrill(say: (text: string) => void): Promise<boolean> {
  const endings = new Endings();
  try {
    const db = await drillDatabase(endings);
    const killSwitch = new KillSwitch();
    const { given } = await openWorkshop(endings, db, [nights, meters], killSwitch);
    const { timeZone } = given.territories.of('');
    const parts: LightingParts = { ...given, siteOf: () => ({ longitude: 5.97, latitude: 49.434, timeZone }) };
    say('month    of       kills  sums compared  wrong');
    let isRight = true;
    for (const month of MONTHS) {
      const results = {
        nights: await liveThrough(month, parts, db, killSwitch),
        meters: await liveThroughMeters(month, midnightsOf(month, timeZone), given, db, killSwitch),
      };
      for (const [of, { faults, kills, compared }] of Object.entries(results)) {
        const columns = [kills, compared, faults.length];
        say(`${month}  ${of}  ${columns.map((value, n) => String(value).padStart([6, 13, 5][n] ?? 0)).join('  ')}`);
        for (const fault of faults.slice(0, 10)) say(`  ${fault}`);
        isRight &&= faults.length === 0 && compared > 0;
      }
    }
    return isRight;
  } finally {
    await endings.end();
  }
}

async function liveThrough(
  month: string,
  parts: LightingParts,
  db: Database,
  killSwitch: KillSwitch,
): Promise<MonthResult> {
  const tenant = `month_${month.replace('-', '_')}`;
  const { timeZone } = parts.siteOf(tenant);
  const lamps = Array.from({ length: LAMPS }, (_, n) => `urn:ngsi-ld:Streetlight:${n}`);
  await parts.client.batchCreate(
    lamps.map((id) => ({ id, type: 'Streetlight', scope: '/Thil', powerRating: { type: 'Property', value: 60 } })),
    { tenant, context: parts.context },
  );
  const begin = noonOf(`${month}-01`, timeZone);
  await keepTenant(db, tenant, new Date(begin));
  await markFilled(db, tenant);
  const days = new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate();
  const noons = Array.from({ length: days }, (_, n) => noonOf(`${month}-${String(n + 1).padStart(2, '0')}`, timeZone));
  let kills = 0;
  for (let day = 1; day < days + LATE_DAYS; day++) {
    const now = (noons[day] ?? (noons.at(-1) as number) + (day - days + 1) * DAY_MS) + 10 * 60_000;
    for (const [n, lamp] of lamps.entries()) {
      const told = day - (n % 3 === 0 ? LATE_DAYS : 0);
      if (told >= 1 && told < days)
        await keepReadings(db, tenant, readingsOf(lamp, n, noons[told - 1], noons[told]), timeZone);
    }
    for (let isKilled = true; isKilled; kills += Number(isKilled)) {
      const killAt = 1 + Math.floor(Math.random() * MOST_STEPS);
      isKilled = (await killSwitch.run(tenant, killAt, () => closeNights(parts, now))).isKilled;
    }
    if (endedNight(parts.siteOf(tenant), now).night < month)
      throw new Error(`${month}: the clock of the drill is wrong`);
  }
  return { month, nights: days - 1, kills, ...(await compare(db, tenant, noons, lamps, timeZone)) };
}

/** Compares what was summed with what the meters say. */
async function compare(
  db: Database,
  tenant: string,
  noons: readonly number[],
  lamps: readonly string[],
  timeZone: string,
) {
  const ofLamps = await db.query<{ night: string; lamp: string; wh: number }>({ text: LAMP_NIGHTS, values: [tenant] });
  const ofZones = await db.query<{ night: string; lamps: number; kwh: number; unspread: number | null }>({
    text: ZONE_NIGHTS,
    values: [tenant],
  });
  const faults: string[] = [];
  const check = (what: string, got: number | undefined, expected: number) => {
    if (got === undefined || Math.abs(got - expected) > TOLERANCE * Math.max(1, expected))
      faults.push(`${what}: got ${got}, expected ${expected}`);
  };
  let compared = 0;
  for (const [day, to] of noons.entries()) {
    const from = noons[day - 1];
    if (from === undefined) continue;
    const night = new Intl.DateTimeFormat('sv', { timeZone }).format(from);
    const expected = lamps.map((_, n) => (meterOf(n, to) - meterOf(n, from)) * 1000);
    for (const [n, lamp] of lamps.entries()) {
      check(
        `${night} ${lamp}`,
        ofLamps.rows.find((row) => row.night === night && row.lamp === lamp)?.wh,
        expected[n] as number,
      );
    }
    const zone = ofZones.rows.find((row) => row.night === night);
    check(`${night} all lamps, kWh`, zone?.kwh, expected.reduce((sum, wh) => sum + wh, 0) / 1000);
    check(`${night} beside its half-hours`, zone?.unspread ?? undefined, 0);
    compared += lamps.length + 2;
  }
  return { compared, faults };
}

/** A meter in kWh that never stands still: a lamp burns from 17 to 7 UTC, and its driver needs a little by day. */
function meterOf(n: number, at: number): number {
  const kw = (60 - n) / 1000;
  const shifted = at - 17 * HOUR_MS;
  const whole = Math.floor(shifted / DAY_MS);
  const burnt = whole * 14 + Math.min(14, (shifted - whole * DAY_MS) / HOUR_MS);
  return kw * (burnt - YEAR_HOURS) + (at / HOUR_MS - START_HOURS) * 0.001;
}

const START = Date.parse(`${YEAR}-01-01T00:00:00Z`);
const START_HOURS = START / HOUR_MS;
const YEAR_HOURS = Math.floor(START / DAY_MS) * 14;

/** Each quarter of an hour from one noon to the next, both included. */
function readingsOf(lamp: string, n: number, from = 0, to = 0): Reading[] {
  const count = Math.round((to - from) / QUARTER_MS) + 1;
  return Array.from({ length: count }, (_, q) => from + q * QUARTER_MS).map((at) => ({
    lamp,
    at: new Date(at).toISOString(),
    meter: meterOf(n, at),
  }));
}

/** The midnights of a month in a time zone, and that after it. */
function midnightsOf(month: string, timeZone: string): number[] {
  const days = new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate();
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  return Array.from({ length: days + 1 }, (_, n) => {
    // An hour or two before that of UTC, as in all of the territory's time zone.
    const candidates = [1, 2].map((hours) => first + n * DAY_MS - hours * HOUR_MS);
    return candidates.find((at) => hour.format(at) === '00') as number;
  });
}

/** Noon of a day in a time zone. */
function noonOf(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T12:00:00Z`);
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(utc));
  return utc - (hour - 12) * HOUR_MS;
}
