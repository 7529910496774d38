import assert from 'node:assert/strict';
import { pino } from 'pino';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

const WRITTEN = ['entity', 'broker_clock'];

/**
 * A faulty database: writes fail with this SQLSTATE, reads succeed. Writes of the clock fail too, because they include
 * the test write that detects the end of an outage.
 */
const fail = (state: string) => `
  CREATE OR REPLACE FUNCTION refuse_writes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '${state}'; END $$;
  ${WRITTEN.map(
    (table) =>
      `CREATE OR REPLACE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_writes();`,
  ).join('\n')}`;
const RECOVER = WRITTEN.map((table) => `DROP TRIGGER IF EXISTS refuse ON ${table};`).join('\n');

eachDatabase('A database outage', (test) => {
  test('is a 503 with Retry-After, one log entry, and reported by /ready; reads are answered meanwhile', async (t, db) => {
    const lines: { level: number; outage?: string; failedRequests?: number }[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1', logger });
    t.after(() => broker.close());
    t.after(() => db.runScript(RECOVER));
    const headers = { 'content-type': 'application/json' };
    const url = '/ngsi-ld/v1/entities';
    const create = (id: string) =>
      broker.app.inject({ method: 'POST', url, headers, payload: { id: `urn:x:${id}`, type: 'Lamp' } });
    for (const [state, outage, detail] of [
      ['53100', 'full', /no room left/],
      ['55P03', 'locked', /lock held by another/],
      ['25006', 'read-only', /accepts no writes/],
    ] as const) {
      lines.length = 0;
      await db.runScript(fail(state));
      for (let nth = 0; nth < 3; nth++) {
        const answer = await create(`${outage}-${nth}`);
        assert.equal(answer.statusCode, 503, answer.body);
        assert.equal(answer.headers['retry-after'], '5');
        assert.match(answer.json().detail, detail);
      }
      const ready = await broker.app.inject({ url: '/ready' });
      assert.equal(ready.statusCode, 503);
      assert.match(ready.json().reason, detail);
      assert.equal((await broker.app.inject({ url: `${url}?type=Lamp` })).statusCode, 200);
      await db.runScript(RECOVER);
      const until = Date.now() + 10_000;
      while ((await broker.app.inject({ url: '/ready' })).statusCode !== 200) {
        assert.ok(Date.now() < until, 'it is never ready again');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const told = () => lines.filter((line) => line.outage !== undefined);
      while (told().length < 2) {
        assert.ok(Date.now() < until, 'its end is never told');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const outages = told();
      assert.deepEqual(
        outages.map(({ level, outage: what }) => [level, what]),
        [
          [50, outage],
          [30, outage],
        ],
      );
      // The clock's own writes are counted as well.
      assert.ok(Number(outages[1]?.failedRequests) >= 3, `counted: ${outages[1]?.failedRequests}`);
      assert.equal((await create(`${outage}-after`)).statusCode, 201);
    }
  });
});
