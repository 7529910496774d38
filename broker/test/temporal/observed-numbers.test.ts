import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { startTemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SILENT = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };

eachHistoryDatabase('Periods shorter than an hour', (test) => {
  test('count numbers by observedAt for series that have it, known, new or deleted', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant());
    t.after(close);
    const job = new RollupJob(db, SILENT);
    t.after(() => job.close());
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const counts = async () => {
      const of = async (timeproperty: string) => {
        const window = `timerel=after&timeAt=${since}&timeproperty=${timeproperty}`;
        const path = `/temporal/entities/${ID}?${window}&format=aggregatedValues&aggrMethods=totalCount,sum&aggrPeriodDuration=PT5M`;
        const { level } = (await ask('GET', path)).json() as { level: { totalCount: [number][]; sum: [number][] } };
        const total = (values: [number][]) => values.reduce((sum, [value]) => sum + value, 0);
        return [total(level.totalCount), total(level.sum)];
      };
      return { observed: await of('observedAt'), modified: await of('modifiedAt') };
    };

    const observed = { type: 'Property', value: 1, observedAt: new Date(Date.now() - 60_000).toISOString() };
    assert.equal((await ask('POST', '/entities', { id: ID, type: 'Lamp', level: observed })).statusCode, 201);
    await job.settled();
    assert.deepEqual(await counts(), { observed: [1, 1], modified: [1, 1] });

    assert.equal(
      (await ask('POST', `/entities/${ID}/attrs`, { level: { type: 'Property', value: 10 } })).statusCode,
      204,
    );
    assert.deepEqual(await counts(), { observed: [1, 1], modified: [2, 11] });
    await job.settled();
    assert.deepEqual(await counts(), { observed: [1, 1], modified: [2, 11] });

    const { level } = (await ask('GET', `/temporal/entities/${ID}?timeproperty=modifiedAt&lastN=1`)).json();
    const { instanceId } = [level].flat()[0];
    assert.equal((await ask('DELETE', `/temporal/entities/${ID}/attrs/level/${instanceId}`)).statusCode, 204);
    assert.deepEqual(await counts(), { observed: [1, 1], modified: [1, 1] });
    await job.settled();
    assert.deepEqual(await counts(), { observed: [1, 1], modified: [1, 1] });
  });

  test('exceed a limit by the instances between the first and the last, not by earlier ones', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant());
    t.after(close);
    const second = 'timerel=after&timeAt=2001-01-01T00:00:00Z&aggrMethods=sum&aggrPeriodDuration=PT1S';
    const path = `/temporal/entities/${ID}?${second}&format=aggregatedValues`;
    const level = (observedAt: string) => ({ type: 'Property', value: 2, observedAt });
    const first = level('2026-01-01T00:00:00.500Z');
    assert.equal((await ask('POST', '/entities', { id: ID, type: 'Lamp', level: first })).statusCode, 201);
    await ask('POST', `/entities/${ID}/attrs`, { level: level('2026-01-01T10:00:00Z') });
    const { sum } = (await ask('GET', path)).json().level;
    assert.deepEqual(sum, [
      [2, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
      [2, '2026-01-01T10:00:00Z', '2026-01-01T10:00:01Z'],
    ]);
    await ask('POST', `/entities/${ID}/attrs`, { level: level('2026-01-03T10:00:00Z') });
    const refused = await ask('GET', path);
    assert.equal(refused.statusCode, 403);
    assert.match(refused.body, /aggrPeriodDuration: got 208801 periods, expected at most 100000/);
  });

  test('include values that are not numbers, of each dataset of each attribute of several entities', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant());
    t.after(close);
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
    const sample = (value: unknown, seconds: number, more = {}) => ({
      type: 'Property',
      value,
      observedAt: at(seconds),
      ...more,
    });
    const entity = (id: string, attributes: object) =>
      ask('POST', '/temporal/entities', { id: `urn:ngsi-ld:Lamp:${id}`, type: 'Lamp', ...attributes });
    const datasetId = 'urn:ngsi-ld:Dataset:1';
    const level = [sample(1, 10), sample('low', 10.4), sample(1, 10.6), sample(3, 11), sample(5, 10, { datasetId })];
    const unobserved = { type: 'Property', value: 'never' };
    await entity('1', { level, state: [sample('on', 10), sample('off', 10.5), sample('on', 12)], unobserved });
    const partOf = { type: 'Relationship', object: 'urn:ngsi-ld:Grid:1', observedAt: at(12) };
    await entity('2', { level: [sample(7, 12)], partOf: [partOf] });
    await entity('3', { level: [sample(9, 2)] });

    const window = `timerel=after&timeAt=${at(10)}&format=aggregatedValues&aggrPeriodDuration=PT1S`;
    const query = async (methods: string) => {
      const answer = await ask('GET', `/temporal/entities?type=Lamp&${window}&aggrMethods=${methods}`);
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json();
    };
    const period = (seconds: number) => [at(seconds), at(seconds + 1)].map((time) => time.replace('.000Z', 'Z'));
    const [first, second, ...others] = await query('totalCount,distinctCount,max');
    assert.deepEqual(others, []);
    const ofDefault = {
      type: 'Property',
      totalCount: [
        [3, ...period(10)],
        [1, ...period(11)],
      ],
      distinctCount: [
        [2, ...period(10)],
        [1, ...period(11)],
      ],
      max: [
        [1, ...period(10)],
        [3, ...period(11)],
      ],
    };
    const one = (value: number) => ({
      totalCount: [[1, ...period(value === 5 ? 10 : 12)]],
      distinctCount: [[1, ...period(value === 5 ? 10 : 12)]],
      max: [[value, ...period(value === 5 ? 10 : 12)]],
    });
    assert.deepEqual(first, {
      id: 'urn:ngsi-ld:Lamp:1',
      type: 'Lamp',
      level: [ofDefault, { type: 'Property', datasetId, ...one(5) }],
      state: {
        type: 'Property',
        totalCount: [
          [2, ...period(10)],
          [1, ...period(12)],
        ],
        distinctCount: [
          [2, ...period(10)],
          [1, ...period(12)],
        ],
        max: [
          ['on', ...period(10)],
          ['on', ...period(12)],
        ],
      },
    });
    assert.deepEqual(second, {
      id: 'urn:ngsi-ld:Lamp:2',
      type: 'Lamp',
      level: { type: 'Property', ...one(7) },
      partOf: {
        type: 'Relationship',
        totalCount: [[1, ...period(12)]],
        distinctCount: [[1, ...period(12)]],
      },
    });
  });
});
