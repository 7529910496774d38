import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { inReadSnapshot } from '../../src/history/query/read-snapshot.ts';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

/** The embedded database executes one after the other. */
const MOMENTS = { pglite: 25, postgres: Number(process.env.MOMENTS ?? 150) } as const;
const IDS = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2', 'urn:ngsi-ld:Lamp:3'];
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const SILENT = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };

// The expected sums at any moment: the instances up to the watermark, except pending corrections.
const different = (table: 'history_hour' | 'history_day') => `
  WITH parts AS (
    SELECT tenant, entity_id, attribute, dataset_id, date_trunc('${table.slice('history_'.length)}', at, 'UTC') AS start,
      instance ? 'observedAt' AS observed, 1 AS sign, number, false AS is_open
    FROM history, history_rollup WHERE number IS NOT NULL AND n <= watermark
    UNION ALL
    SELECT tenant, entity_id, attribute, dataset_id, date_trunc('${table.slice('history_'.length)}', at, 'UTC'), observed, -sign,
      number, true
    FROM history_correction, history_rollup WHERE n <= watermark
  ), expected AS (
    SELECT tenant, entity_id, attribute, dataset_id, start, observed, sum(sign) AS count, sum(sign * number) AS sum,
      min(number) AS min, max(number) AS max, bool_or(is_open) AS is_open
    FROM parts GROUP BY 1, 2, 3, 4, 5, 6)
  SELECT e.*, o.count AS has_count, o.sum AS has_sum, o.min AS has_min, o.max AS has_max
  FROM expected e FULL JOIN ${table} o USING (tenant, entity_id, attribute, dataset_id, start, observed)
  WHERE tenant = $1 AND (coalesce(e.count, 0) <> coalesce(o.count, 0) OR coalesce(e.sum, 0) <> coalesce(o.sum, 0)
    OR (NOT e.is_open AND (e.min <> o.min OR e.max <> o.max)))`;

const HOURS = 'SELECT count(*) AS hours FROM history_hour WHERE tenant = $1';

const below = (most: number) => Math.floor(Math.random() * most);
const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;

function instance(isObserved = true) {
  // Few hours, so that instances share them, and few times, so that they replace each other.
  const observedAt = new Date(START + below(3) * 9 * HOUR + below(20) * 60_000).toISOString();
  return {
    type: 'Property',
    value: below(1000),
    ...(isObserved && { observedAt }),
    ...(below(5) === 0 && { datasetId: 'urn:ngsi-ld:Dataset:1' }),
  };
}

/** One random write; its target may have been deleted in the meantime. */
async function write({ broker, ask }: TemporalBroker, tenant: string): Promise<void> {
  const id = oneOf(IDS);
  const path = `/temporal/entities/${id}`;
  const expect = ({ statusCode, body }: { statusCode: number; body: string }) =>
    assert.ok(statusCode < 300 || statusCode === 404, `${statusCode} ${body}`);
  const kind = below(40);
  if (kind < 12)
    expect(await ask('POST', '/temporal/entities', { id, type: 'Lamp', level: [1, 2, 3].map(() => instance()) }));
  else if (kind < 18) expect(await ask('POST', `/entities/${id}/attrs`, { level: instance(below(2) === 0) }));
  else if (kind < 34) {
    const found = await ask('GET', path);
    if (found.statusCode === 404) return;
    const instances = [found.json().level ?? []].flat() as { instanceId: string }[];
    for (let n = 0; n < 4 && instances.length > 0; n++) {
      const one = `${path}/attrs/level/${oneOf(instances).instanceId}`;
      expect(await (below(2) === 0 ? ask('DELETE', one) : ask('PATCH', one, { level: instance() })));
    }
  } else if (kind < 36) expect(await ask('DELETE', `${path}/attrs/level${oneOf(['', '?deleteAll=true'])}`));
  else if (kind < 38) expect(await ask('DELETE', path));
  else if (kind < 39) expect(await ask('DELETE', `/entities/${id}`));
  else expect(await broker.app.inject({ method: 'POST', url: `/ops/tenants/${tenant}/empty` }));
}

eachHistoryDatabase('Sums of hours and days', (test) => {
  test('are equal to the instances at every moment, whatever is written, replaced and deleted', async (t, db) => {
    const tenant = freshTenant();
    const broker = await startTemporalBroker(db, tenant, 10_000);
    t.after(() => broker.close());
    await broker.ask('POST', '/entities', { id: 'urn:ngsi-ld:Lamp:0', type: 'Other' });
    const jobs = [3, 7, 12].map((everyMs) => new RollupJob(db, SILENT, everyMs));
    t.after(() => Promise.all(jobs.map((job) => job.close())));
    let isOver = false;
    let writes = 0;
    const writers = [0, 1, 2, 3].map(async () => {
      while (!isOver) {
        await write(broker, tenant);
        writes++;
      }
    });
    let summed = 0;
    try {
      for (let moment = 0; moment < MOMENTS[db.kind]; moment++) {
        await inReadSnapshot(db, tenant, async (tx) => {
          for (const table of ['history_hour', 'history_day'] as const) {
            const { rows } = await tx.query({ text: different(table), values: [tenant] });
            assert.deepEqual(rows, [], `${table}, moment ${moment}, after ${writes} writes`);
          }
          const { rows } = await tx.query<{ hours: number }>({ text: HOURS, values: [tenant] });
          summed += rows[0]?.hours ?? 0;
        });
      }
    } finally {
      isOver = true;
      await Promise.all(writers);
    }
    assert.ok(summed > 0 && writes > MOMENTS[db.kind] / 10, `${summed} sums were compared, ${writes} writes done`);
  });
});
