import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { startTemporalBroker } from './temporal-broker.ts';

const bin = findPostgres();
const RESTARTS = Number(process.env.RESTARTS ?? 3);
const LAMPS = 20;

// Of each attribute instance there is now, what history has of it last.
const DIFFERENT = `
  SELECT e.id, a.name, i.instance, l.instance AS last
  FROM entity e, jsonb_each(e.document -> 'attributes') AS a(name, instances), jsonb_array_elements(a.instances) AS i(instance)
  LEFT JOIN LATERAL (
    SELECT h.instance FROM history h
    WHERE h.tenant = e.tenant AND h.entity_id = e.id AND h.attribute = a.name
    ORDER BY h.at DESC, h.modified_at DESC, h.n DESC LIMIT 1) AS l ON true
  WHERE (l.instance ->> 'value') IS DISTINCT FROM (i.instance ->> 'value')`;

const LOST = `
  SELECT count(*) AS lost FROM unnest($1::text[], $2::float8[]) AS acknowledged(id, number)
  WHERE NOT EXISTS (SELECT FROM history h WHERE h.entity_id = acknowledged.id AND h.number = acknowledged.number)`;

let micros = 0;

/** No two are the same: an instance of the temporal API takes the place of one of its time. */
function nextTime(): string {
  micros = Math.max(micros + 1, Date.now() * 1000);
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

test('history and present are one after PostgreSQL was restarted under load', {
  skip: bin === undefined && 'PostgreSQL 17 with PostGIS is missing',
}, async (t) => {
  const server = await startPostgres(bin as string);
  t.after(() => server.stop());
  const db = await openDatabase({ url: server.url });
  t.after(() => db.close());
  const broker = await startTemporalBroker(db, 'restarts');
  t.after(() => broker.close());
  const ids = Array.from({ length: LAMPS }, (_, n) => `urn:ngsi-ld:Lamp:${n}`);
  for (const id of ids) {
    const response = await broker.ask('POST', '/entities', { id, type: 'Lamp', level: { type: 'Property', value: 0 } });
    assert.equal(response.statusCode, 201, response.body);
  }

  let isOver = false;
  let value = 0;
  const acknowledged: { id: string; number: number }[] = [];
  const writers = ids.map(async (id) => {
    while (!isOver) {
      const number = ++value;
      const instance = { type: 'Property', value: number, observedAt: nextTime() };
      const response =
        number % 5 === 0
          ? await broker.ask('POST', `/temporal/entities/${id}/attrs`, { level: [instance] })
          : await broker.ask('PATCH', `/entities/${id}/attrs/level`, instance);
      if (response.statusCode === 204) acknowledged.push({ id, number });
      else await pause(50);
    }
  });
  for (let n = 0; n < RESTARTS; n++) {
    const before = acknowledged.length;
    while (acknowledged.length < before + 200) await pause(20);
    await server.restart();
  }
  const before = acknowledged.length;
  while (acknowledged.length < before + 200) await pause(20);
  isOver = true;
  await Promise.all(writers);

  const { rows } = await db.query({ text: DIFFERENT });
  assert.deepEqual(rows, []);
  const values = [acknowledged.map(({ id }) => id), acknowledged.map(({ number }) => number)];
  const lost = await db.query<{ lost: number }>({ text: LOST, values });
  assert.equal(lost.rows[0]?.lost, 0, `of ${acknowledged.length} acknowledged`);
});
