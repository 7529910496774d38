import assert from 'node:assert/strict';
import type { Database } from '@alzette/broker';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { HOUR } from '../../src/history/rollups/rollup-plan.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IDS = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2'];
const START = Date.UTC(2026, 0, 1);
const DAYS = 40;
const SILENT = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };

/** Mulberry32: reproducible random numbers. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = random(SEED);
const below = (most: number) => Math.floor(next() * most);
const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
const dateTime = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
/** Only a few hours, so that instances share them. */
const anyTime = () => START + below(DAYS) * 24 * HOUR + below(3) * 7 * HOUR + below(HOUR / 1000) * 1000;

function instance(isObserved = true) {
  const value = next() < 0.9 ? below(1000) : next() < 0.5 ? 'text' : next() < 0.5;
  return {
    type: 'Property',
    value,
    ...(isObserved && { observedAt: dateTime(anyTime()) }),
    ...(next() < 0.2 && { datasetId: 'urn:ngsi-ld:Dataset:1' }),
  };
}

const REMOVED = 'UPDATE history_rollup SET instances_removed_before = $1::timestamptz';

/** Sums of integers don't depend on the order. With `distinctCount`, all instances are read one by one. */
const METHODS = 'totalCount,sum,min,max,avg,sumsq,stddev';

async function compare({ ask }: TemporalBroker): Promise<number> {
  const from = START + below(DAYS) * 24 * HOUR;
  const unit = oneOf([24 * HOUR, HOUR, 60_000]);
  const start = from + (unit === 24 * HOUR ? 0 : below(24 * HOUR) - (below(24 * HOUR) % unit));
  const [since, until] = [Math.floor(start / unit) * unit, Math.floor((start + below(20 * 24 * HOUR)) / unit) * unit];
  const window = oneOf([
    `timerel=between&timeAt=${dateTime(since)}&endTimeAt=${dateTime(until)}`,
    `timerel=after&timeAt=${dateTime(since)}`,
    `timerel=before&timeAt=${dateTime(until)}`,
  ]);
  const period = oneOf(['PT0S', 'PT1H', 'PT2H', 'PT6H', 'P1D', 'P2D', 'P1W', 'P1M', 'P1M1DT1H']);
  const attributes = oneOf(['', '&attrs=level', '&attrs=level,power', '&omit=power', '&datasetId=@none']);
  const query = `${window}${attributes}&format=aggregatedValues&aggrPeriodDuration=${period}&aggrMethods=`;
  const path = oneOf([`/temporal/entities?type=Lamp&${query}`, `/temporal/entities/${oneOf(IDS)}?${query}`]);
  const rolled = await ask('GET', `${path}${METHODS}`);
  const raw = await ask('GET', `${path}${METHODS},distinctCount`);
  // A requested attribute may have values that a method can't use: both refuse.
  assert.equal(rolled.statusCode, raw.statusCode, `${path}: ${rolled.body} ${raw.body}`);
  if (raw.statusCode !== 200) return 0;
  assert.deepEqual(rolled.json(), withoutDistinct(raw.json()), path);
  return raw.body.length;
}

function withoutDistinct(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutDistinct);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name !== 'distinctCount')
      .map(([name, value]) => [name, withoutDistinct(value)]),
  );
}

type Shown = Record<string, { instanceId?: string }[] | undefined>;

async function write({ ask }: TemporalBroker): Promise<void> {
  const id = oneOf(IDS);
  const attribute = oneOf(['level', 'power']);
  const kind = below(10);
  if (kind < 4) {
    const level = Array.from({ length: 40 }, () => instance());
    const power = Array.from({ length: 20 }, () => instance());
    const response = await ask('POST', '/temporal/entities', { id, type: 'Lamp', level, power });
    assert.ok(response.statusCode < 300, response.body);
  } else if (kind < 5) {
    await ask('POST', `/entities/${id}/attrs`, { [attribute]: instance(false) });
  } else if (kind < 8) {
    const found = await ask('GET', `/temporal/entities/${id}?attrs=${attribute}`);
    if (found.statusCode === 404) return;
    const those = (found.json() as Shown)[attribute] ?? [];
    for (let n = 0; n < 5; n++) {
      const path = `/temporal/entities/${id}/attrs/${attribute}/${oneOf(those)?.instanceId}`;
      const response = next() < 0.5 ? await ask('DELETE', path) : await ask('PATCH', path, { [attribute]: instance() });
      assert.ok(response.statusCode === 204 || response.statusCode === 404, response.body);
    }
  } else if (kind < 9) {
    await ask('DELETE', `/temporal/entities/${id}/attrs/${attribute}${next() < 0.5 ? '?deleteAll=true' : ''}`);
  } else if (next() < 0.5) {
    await ask('DELETE', `/temporal/entities/${id}`);
  }
}

/** The differences between the sums of groups and the present sums of their members; exact for integers. */
const DIFFERENCES = (unit: 'hour' | 'day') => `
  WITH added AS (
    SELECT m.group_id, h.attribute, h.start, sum(h.count)::int8 AS count, sum(h.sum) AS sum
    FROM history_group_member m JOIN history_${unit} h ON h.tenant = m.tenant AND h.entity_id = m.entity_id
    WHERE m.tenant = $1 AND h.dataset_id = '' GROUP BY 1, 2, 3)
  SELECT * FROM added FULL JOIN (SELECT * FROM history_group_${unit} WHERE tenant = $1 AND (count <> 0 OR sum <> 0)) AS kept
    USING (group_id, attribute, start)
  WHERE (added.count, added.sum) IS DISTINCT FROM (kept.count, kept.sum)`;
const STRAYS = `
  SELECT e.id FROM entity e LEFT JOIN history_group_member m ON m.tenant = e.tenant AND m.entity_id = e.id
  LEFT JOIN history_group g ON g.id = m.group_id
  WHERE e.tenant = $1 AND EXISTS (SELECT FROM history_day d WHERE d.tenant = e.tenant AND d.entity_id = e.id)
    AND (g.types, g.scopes) IS DISTINCT FROM (e.types, coalesce(e.scopes, '{}'))`;

async function groupsAgree(db: Database, tenant: string): Promise<void> {
  for (const unit of ['hour', 'day'] as const) {
    assert.deepEqual(
      (await db.query({ text: DIFFERENCES(unit), values: [tenant] })).rows,
      [],
      `sums of groups by ${unit}`,
    );
  }
}

eachHistoryDatabase('Aggregates from rollups', (test) => {
  test(`equal those from the instances themselves, whatever was written when (SEED=${SEED})`, async (t, db) => {
    const tenant = freshTenant();
    const broker = await startTemporalBroker(db, tenant, 10_000);
    t.after(() => broker.close());
    const job = new RollupJob(db, SILENT);
    t.after(() => job.close());
    // Like the job of another broker, it may run at any time.
    const other = new RollupJob(db, SILENT, 20);
    t.after(() => other.close());
    t.after(() => db.query({ text: REMOVED, values: [null] }));
    let compared = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // After retention has removed instances, the sums also contain the first and last time.
      await db.query({ text: REMOVED, values: [round % 2 === 0 ? null : dateTime(START)] });
      for (let n = 0; n < 8; n++) await write(broker);
      if (next() < 0.7) {
        await job.settled();
        await groupsAgree(db, tenant);
      }
      for (let n = 0; n < 4; n++) await write(broker);
      if (next() < 0.3) await job.run();
      for (let n = 0; n < 12; n++) compared += await compare(broker);
    }
    assert.ok(compared > 1000, 'something was compared');
    const level = Array.from({ length: 5 }, () => ({ type: 'Property', value: 1, observedAt: dateTime(anyTime()) }));
    await broker.ask('POST', '/temporal/entities', { id: IDS[0], type: 'Lamp', level });
    await job.settled();
    await broker.ask('PATCH', `/entities/${IDS[0]}`, { scope: '/Thil' });
    await broker.ask('DELETE', `/entities/${IDS[1]}`);
    // Either job may have taken the work.
    await Promise.all([job.settled(), other.settled()]);
    await groupsAgree(db, tenant);
    assert.deepEqual(
      (await db.query({ text: STRAYS, values: [tenant] })).rows,
      [],
      'who has moved is in the group of its scope',
    );
    const { rows } = await db.query<{ hours: number }>({ text: 'SELECT count(*) AS hours FROM history_hour' });
    assert.ok((rows[0]?.hours ?? 0) > 0, 'rollups were made');
  });

  test('of observed times end with the last of them, also where retention has removed instances', async (t, db) => {
    const broker = await startTemporalBroker(db, freshTenant(), 10_000);
    t.after(() => broker.close());
    const id = 'urn:ngsi-ld:Lamp:1';
    const level = [1, 2].map((value) => ({ type: 'Property', value, observedAt: dateTime(START + value * 24 * HOUR) }));
    await broker.ask('POST', '/entities', { id, type: 'Lamp', power: { type: 'Property', value: 7 } });
    await broker.ask('POST', '/temporal/entities', { id, type: 'Lamp', level });
    const job = new RollupJob(db, SILENT);
    t.after(() => job.close());
    await job.settled();
    await db.query({ text: REMOVED, values: [dateTime(START)] });
    t.after(() => db.query({ text: REMOVED, values: [null] }));
    const asked = `timerel=after&timeAt=${dateTime(START)}&aggrMethods=sum&aggrPeriodDuration=PT0S&format=aggregatedValues`;
    const { power, ...found } = (await broker.ask('GET', `/temporal/entities/${id}?${asked}`)).json();
    assert.equal(power, undefined);
    assert.deepEqual(found.level.sum, [[3, dateTime(START), dateTime(START + 2 * 24 * HOUR)]]);
  });

  test('support numbers whose squares overflow a sum', async (t, db) => {
    const broker = await startTemporalBroker(db, freshTenant(), 10_000);
    t.after(() => broker.close());
    const values = [1, 1e200, 3, -1e300];
    const level = values.map((value, day) => ({
      type: 'Property',
      value,
      observedAt: dateTime(START + day * 24 * HOUR),
    }));
    await broker.ask('POST', '/temporal/entities', { id: IDS[0], type: 'Lamp', level });
    const job = new RollupJob(db, SILENT);
    t.after(() => job.close());
    await job.settled();
    const asked = (period: string) =>
      broker.ask(
        'GET',
        `/temporal/entities/${IDS[0]}?timerel=after&timeAt=${dateTime(START - HOUR)}&format=aggregatedValues` +
          `&aggrMethods=sum,min,max,totalCount&aggrPeriodDuration=${period}`,
      );
    const whole = (await asked('PT0S')).json().level;
    const only = ['sum', 'min', 'max', 'totalCount'].map((method) => whole[method].map(([value]: [number]) => value));
    assert.deepEqual(only, [[-1e300], [-1e300], [1e200], [4]]);
    const daily = (await asked('P1D')).json().level.sum.map(([value]: [number]) => value);
    assert.deepEqual(daily.filter(Number), values);
  });

  test('are neither too large nor too small while instances are moved and replaced and sums are updated', async (t, db) => {
    const broker = await startTemporalBroker(db, freshTenant(), 10_000);
    t.after(() => broker.close());
    const id = 'urn:ngsi-ld:Lamp:moved';
    const moved = Array.from({ length: 24 }, (_, n) => ({
      type: 'Property',
      value: n + 1,
      observedAt: dateTime(anyTime()),
    }));
    const replaced = Array.from({ length: 12 }, (_, n) => ({
      type: 'Property',
      value: n + 1,
      observedAt: dateTime(START + n * 5 * HOUR),
    }));
    await broker.ask('POST', '/temporal/entities', { id, type: 'Lamp', moved, replaced });
    const jobs = [5, 9, 14].map((everyMs) => new RollupJob(db, SILENT, everyMs));
    t.after(() => Promise.all(jobs.map((job) => job.close())));
    const before = await broker.ask('GET', `/temporal/entities/${id}?attrs=moved`);
    const instances = (before.json().moved as { instanceId: string; value: number }[]).map((each) => ({ ...each }));
    assert.equal(instances.length, moved.length);
    let isOver = false;
    const movers = [0, 1, 2].map(async (own) => {
      for (let n = own; !isOver; n += 3) {
        const { instanceId, value } = instances[n % instances.length] as (typeof instances)[number];
        const path = `/temporal/entities/${id}/attrs/moved/${instanceId}`;
        const response = await broker.ask('PATCH', path, {
          moved: { type: 'Property', value, observedAt: dateTime(anyTime()) },
        });
        assert.equal(response.statusCode, 204, response.body);
      }
    });
    const replacer = (async () => {
      while (!isOver) {
        const response = await broker.ask('POST', '/temporal/entities', { id, type: 'Lamp', replaced });
        assert.equal(response.statusCode, 204, response.body);
      }
    })();
    const window = `timerel=between&timeAt=${dateTime(START - 24 * HOUR)}&endTimeAt=${dateTime(START + (DAYS + 1) * 24 * HOUR)}`;
    const total = (values: [number][]) => values.reduce((sum, [value]) => sum + value, 0);
    try {
      for (let n = 0; n < ROUNDS * 8; n++) {
        const period = oneOf(['PT0S', 'PT1H', 'P1D', 'P1DT30M', 'P1W']);
        const path = `/temporal/entities/${id}?${window}&format=aggregatedValues&aggrMethods=totalCount,sum&aggrPeriodDuration=${period}`;
        const response = await broker.ask('GET', path);
        assert.equal(response.statusCode, 200, response.body);
        const body = response.json();
        for (const [name, length] of [
          ['moved', moved.length],
          ['replaced', replaced.length],
        ] as const) {
          assert.equal(total(body[name].totalCount), length, `${period} ${name} ${n}`);
          assert.equal(total(body[name].sum), (length * (length + 1)) / 2, `${period} ${name} ${n}`);
        }
      }
    } finally {
      isOver = true;
      await Promise.all([...movers, replacer]);
    }
  });
});
