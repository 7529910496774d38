import type { Database } from '@alzette/broker';
import type { ServiceContext } from '@alzette/kit/service';
import { advanceRollups, rollupState } from '../../../broker/src/history/rollups/history-rollups.ts';
import { lookAtMeters } from '../../../services/energy/src/meters/meter-jobs.ts';
import { readStates } from '../../../services/energy/src/meters/meter-rows.ts';
import type { KillSwitch } from '../statements/kill-switch.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The minutes between the readings of each meter, and how many days late they come. */
const METERS = [
  { kind: 'electricity', every: 15, late: 0 },
  { kind: 'water', every: 60, late: 2 },
  { kind: 'gas', every: 60, late: 0 },
] as const;
const MOST_STEPS = 15;
const ROLLUP_STEPS = 6;
/** Instances summed at once, so that a day needs several transactions. */
const AT_ONCE = 100;
const TOLERANCE = 1e-9;

const KNOWN = `INSERT INTO energy.settings (tenant, document) VALUES ($1, '{}')`;
const SUMS = (unit: 'hour' | 'day') => `
  SELECT entity_id AS id, extract(epoch FROM start)::float8 * 1000 AS start, sum(count)::float8 AS count, sum(sum) AS sum
  FROM history_${unit} WHERE tenant = $1 GROUP BY 1, 2 ORDER BY 1, 2`;

interface MetersResult {
  readonly kills: number;
  readonly compared: number;
  readonly faults: readonly string[];
}

interface Told {
  readonly id: string;
  readonly at: number;
  readonly value: number;
}

/**
 * Lives through a month with the meters of buildings: stores their counters day by day, some days late, sums the days of meters
 * and the hours and days of the history while it kills both before random statements, and compares all sums with the counters.
 *
 * @param midnights the beginnings of its days and of the day after it, by the local clock
 */
export async function liveThroughMeters(
  month: string,
  midnights: readonly number[],
  given: ServiceContext,
  db: Database,
  killSwitch: KillSwitch,
): Promise<MetersResult> {
  const tenant = `meters_${month.replace('-', '_')}`;
  const { client, context } = given;
  await client.batchCreate(
    METERS.map(({ kind }) => entityOf(kind)),
    { tenant, context },
  );
  await db.query({ text: KNOWN, values: [tenant] });
  const told: Told[] = [];
  let kills = 0;
  const killRandomly = async (steps: number, work: () => Promise<unknown>) => {
    const { isKilled } = await killSwitch.run(undefined, 1 + Math.floor(Math.random() * steps), work);
    kills += Number(isKilled);
    if (isKilled) await work();
  };
  const latest = Math.max(...METERS.map(({ late }) => late));
  for (let day = 0; day < midnights.length - 1 + latest; day++) {
    for (const [n, { kind, every, late }] of METERS.entries()) {
      const [from, to] = [midnights[day - late], midnights[day - late + 1]];
      if (from === undefined || to === undefined) continue;
      const readings = timesOf(from, to, every * MINUTE_MS).map((at) => ({
        id: idOf(kind),
        at,
        value: counterOf(n, at),
      }));
      const totalConsumption = readings.map(({ at, value }) => {
        return { type: 'Property', value, observedAt: new Date(at).toISOString() };
      });
      await client.upsertTemporal({ id: idOf(kind), type: TYPE, totalConsumption }, { tenant, context });
      told.push(...readings);
    }
    const now = (midnights[Math.min(day + 1, midnights.length - 1)] as number) + HOUR_MS;
    await killRandomly(MOST_STEPS, () => lookAtMeters(given, now));
    await killRandomly(ROLLUP_STEPS, () => sumHistory(given.db as Database));
  }
  const last = (midnights.at(-1) as number) + latest * DAY_MS;
  await lookAtMeters(given, last);
  await sumHistory(db);
  const { compared, faults } = await compare(db, tenant, midnights, told);
  return { kills, compared, faults };
}

const TYPE = 'SmartMeteringObservation';
const idOf = (kind: string) => `urn:ngsi-ld:${TYPE}:${kind}`;
const entityOf = (kind: string) => ({
  id: idOf(kind),
  type: TYPE,
  scope: '/Thil',
  meterType: { type: 'Property', value: kind },
});

/** All that is there. While another process sums, it does that. */
async function sumHistory(db: Database): Promise<void> {
  for (;;) {
    const { watermark, last } = await rollupState(db);
    if (watermark >= last) return;
    await advanceRollups(db, last, AT_ONCE);
  }
}

/** Each n-th minute from one midnight to the next; the first day begins with a reading, too. */
function timesOf(from: number, to: number, every: number): number[] {
  return Array.from({ length: Math.round((to - from) / every) + 1 }, (_, n) => from + n * every);
}

/** A counter that grows by another amount in each hour of the day. */
function counterOf(n: number, at: number): number {
  const days = Math.floor(at / DAY_MS);
  const hours = (at - days * DAY_MS) / HOUR_MS;
  return (days % 10_000) * 300 * (n + 1) + ((hours * (hours + 1)) / 2) * (n + 1);
}

async function compare(db: Database, tenant: string, midnights: readonly number[], told: readonly Told[]) {
  const faults: string[] = [];
  let compared = 0;
  const check = (what: string, got: number | undefined | null, expected: number) => {
    compared++;
    if (typeof got !== 'number' || !(Math.abs(got - expected) <= TOLERANCE * Math.max(1, Math.abs(expected))))
      faults.push(`${what}: got ${got}, expected ${expected}`);
  };
  const states = await readStates(db, tenant);
  for (const [n, { kind }] of METERS.entries()) {
    for (const [day, from] of midnights.slice(0, -1).entries()) {
      const to = midnights[day + 1] as number;
      const date = Math.floor((from + 2 * HOUR_MS) / DAY_MS); // its midnight is an hour or two before that of UTC
      const used = states.get(idOf(kind))?.days.find((each) => each.day === date)?.used;
      check(`${new Date(to).toISOString().slice(0, 10)} ${kind}`, used, counterOf(n, to) - counterOf(n, from));
    }
  }
  for (const [unit, ms] of [
    ['hour', HOUR_MS],
    ['day', DAY_MS],
  ] as const) {
    const { rows } = await db.query<Told & { start: number; count: number; sum: number }>({
      text: SUMS(unit),
      values: [tenant],
    });
    const expected = Map.groupBy(distinct(told), ({ id, at }) => `${id} ${Math.floor(at / ms) * ms}`);
    for (const { id, start, count, sum } of rows) {
      const own = expected.get(`${id} ${start}`) ?? [];
      expected.delete(`${id} ${start}`);
      check(`${unit} ${new Date(start).toISOString()} of ${id}, count`, count, own.length);
      check(
        `${unit} ${new Date(start).toISOString()} of ${id}, sum`,
        sum,
        own.reduce((all, { value }) => all + value, 0),
      );
    }
    for (const missing of expected.keys()) faults.push(`${unit} ${missing}: no sum`);
  }
  return { compared, faults };
}

/** A reading at midnight is told with both days, and stored once. */
function distinct(told: readonly Told[]): Told[] {
  return [...new Map(told.map((one) => [`${one.id} ${one.at}`, one])).values()];
}
