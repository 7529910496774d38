import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import type { Database } from '../../src/database/database.ts';
import { removePast } from '../../src/history/retention/retention-statements.ts';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { startTemporalBroker } from '../temporal/temporal-broker.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 'Europe/Paris';
/** Local midnights of 1 October 2025 and 15 April 2026: with a day of 25 hours and one of 23. */
const [FROM, TO] = [Date.UTC(2025, 8, 30, 22), Date.UTC(2026, 3, 14, 22)];
const HOURS = Array.from({ length: (TO - FROM) / HOUR }, (_, hour) => FROM + hour * HOUR);
const CHANGES = { '2025-10-26': 25, '2026-03-29': 23 };

/** A counter of each meter, by the number of the hour. */
const counterAt = (meter: number, hour: number) => meter * 1000 + hour * 7 + (hour % 5);

type Row = { at: string | null; value: number; count: number };
type Answer = { rows: Row[]; hasUtcDays?: boolean };
const KINDS = ['count', 'sum', 'average', 'lowest', 'highest', 'increase'] as const;
type Kind = (typeof KINDS)[number];
type Asked = { kind: Kind; step: string; q?: string | undefined; zone?: string };

const localDay = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, dateStyle: 'short' });
const STEPS: Record<string, (at: number) => string> = {
  day: (at) => localDay.format(at),
  week(at) {
    const day = Date.parse(localDay.format(at));
    return new Date(day - ((new Date(day).getUTCDay() + 6) % 7) * DAY).toISOString().slice(0, 10);
  },
  month: (at) => localDay.format(at).slice(0, 7),
  all: () => 'all',
};

/** From single values, by the name that the calendar gives to the step of each. */
function expected(kind: Kind, nameOf: (at: number) => string): (readonly [string, number, number])[] {
  const named = HOURS.map((at, hour) => ({ name: nameOf(at), hour }));
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, hours]) => {
    const values = [1, 2].map((meter) => hours.map(({ hour }) => counterAt(meter, hour)));
    const all = values.flat();
    const sum = all.reduce((total, value) => total + value, 0);
    const result = {
      count: all.length,
      sum,
      average: sum / all.length,
      lowest: Math.min(...all),
      highest: Math.max(...all),
      increase: values.reduce((total, own) => total + Math.max(...own) - Math.min(...own), 0),
    }[kind];
    return [name, result, all.length];
  });
}

eachDatabase('Days of long analyses', (test) => {
  test('are those of the time zone, also with 23 and 25 hours, as long as there are sums of hours', async (t, db) => {
    const { ask, ops, tenant } = await twoMeters(t, db);
    for (const [step, nameOf] of Object.entries(STEPS)) {
      for (const kind of step === 'day' ? KINDS : (['average', 'increase'] as const)) {
        // With a condition, the meters are read one by one, otherwise the sums of their group.
        for (const q of [undefined, 'index>=0']) {
          const answer = await ask({ kind, step, q });
          const rows = answer.rows.map(({ at, value, count }) => {
            return [at === null ? 'all' : nameOf(Date.parse(at)), value, count];
          });
          assert.deepEqual(rows, expected(kind, nameOf), `${kind} by ${step}, q ${q}`);
          assert.equal(answer.hasUtcDays, undefined);
        }
      }
    }
    const { rows: days } = await ask({ kind: 'count', step: 'day' });
    for (const [day, hours] of Object.entries(CHANGES)) {
      assert.equal(days.find(({ at }) => at !== null && localDay.format(Date.parse(at)) === day)?.count, 2 * hours);
    }

    const kept = Date.UTC(2026, 0, 15);
    const hourDays = Math.floor((Math.floor(Date.now() / DAY) * DAY - kept) / DAY);
    const policy = await ops('PUT', '/ops/history/retention', { rawDays: hourDays, hourDays });
    assert.equal(policy.statusCode, 204, policy.body);
    await removePast(db, 'hour', tenant, '');
    // In another zone with the same days, because the broker keeps recent answers.
    for (const q of [undefined, 'index>=0']) {
      const { rows, hasUtcDays } = await ask({ kind: 'count', step: 'day', q, zone: 'Europe/Luxembourg' });
      assert.equal(hasUtcDays, true);
      const counts = new Map(rows.map(({ at, count }) => [at, count]));
      // The two hours of each meter before the first midnight UTC belong to a day that began before the period.
      assert.equal(
        rows.reduce((sum, { count }) => sum + count, 0),
        2 * (HOURS.length - 2),
      );
      assert.equal(counts.get('2026-03-28T23:00:00.000Z'), 2 * 23);
      assert.equal(counts.get('2025-10-25T22:00:00.000Z'), 2 * 24, 'a UTC day');
    }
  });
});

async function twoMeters(t: { after(close: () => unknown): void }, db: Database) {
  const tenant = freshTenant();
  const broker = await startTemporalBroker(db, tenant);
  t.after(broker.close);
  for (const meter of [1, 2]) {
    const index = HOURS.map((at, hour) => {
      return { type: 'Property', value: counterAt(meter, hour), observedAt: new Date(at).toISOString() };
    });
    const entity = { id: `urn:ngsi-ld:Meter:${meter}`, type: 'Meter' };
    const past = await broker.ask('POST', '/temporal/entities', { ...entity, index });
    assert.ok(past.statusCode < 300, past.body);
  }
  const job = new RollupJob(db, { warn: (_fields, message) => assert.fail(message) });
  t.after(() => job.close());
  await job.settled();
  const ops = (method: 'PUT' | 'POST', url: string, payload: object) =>
    broker.broker.app.inject({ method, url, headers: { 'ngsild-tenant': tenant }, payload });
  return {
    tenant,
    ops,
    async ask({ kind, step, q, zone = ZONE }: Asked): Promise<Answer> {
      const answer = await ops('POST', '/territory/analysis', {
        ...{ type: 'Meter', q, measure: { kind, attribute: 'index' } },
        over: { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString(), step, timeZone: zone },
      });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json();
    },
  };
}
