import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

/* The cost of a request is limited, and others are answered meanwhile. */

/** The minimum number of other answers during expensive work, however long it takes. */
const MIN_ANSWERED = 5;

eachDatabase('A request designed to be expensive', (test) => {
  test('is refused or done in turns, and /live is answered meanwhile', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as { port: number };
    const tenant = freshTenant();
    const ask = (path: string, body: string, type = 'application/json') =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': type, 'ngsild-tenant': tenant },
        body,
      });
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `urn:x:${n}`);
    const terms = (count: number) => Object.fromEntries(ids(count).map((iri, n) => [`term${n}`, iri]));
    const lamps = ids(10_000).map((id) => ({ id, type: 'Lamp', power: { type: 'Property', value: 1 } }));
    const withContext = (count: number) =>
      JSON.stringify({ '@context': terms(count), id: `urn:x:of-${count}`, type: 'term1' });
    const attempts: readonly (readonly [title: string, number, () => Promise<Response>])[] = [
      ['14 MB of brackets', 400, () => ask('/ngsi-ld/ex/remote-notify', '['.repeat(14_000_000 / 4))],
      ['a body beyond the limit of its route', 413, () => ask('/ngsi-ld/ex/remote-notify', '['.repeat(5_000_000))],
      ['brackets to the API', 400, () => ask('/ngsi-ld/v1/entityOperations/create', '['.repeat(14_000_000))],
      ['200,000 ids to delete', 400, () => ask('/ngsi-ld/v1/entityOperations/delete', JSON.stringify(ids(200_000)))],
      [
        'a q of 900 terms',
        400,
        () =>
          ask(
            '/ngsi-ld/v1/entityOperations/query',
            JSON.stringify({
              type: 'Query',
              entities: [{ type: 'Lamp' }],
              q: ids(900)
                .map((_, n) => `a${n}`)
                .join(';'),
            }),
          ),
      ],
      [
        'a @context of 50,000 terms',
        400,
        () => ask('/ngsi-ld/v1/entities', withContext(50_000), 'application/ld+json'),
      ],
      [
        'a @context of 15,000 terms',
        201,
        () => ask('/ngsi-ld/v1/entities', withContext(15_000), 'application/ld+json'),
      ],
      [
        'an entity of 20,000 attributes',
        400,
        () => ask('/ngsi-ld/v1/entities', JSON.stringify({ id: 'urn:x:wide', type: 'Wide', ...terms(20_000) })),
      ],
      [
        'a history of 30,000 values',
        400,
        () =>
          ask(
            '/ngsi-ld/v1/temporal/entities',
            JSON.stringify({
              id: 'urn:x:past',
              type: 'Past',
              power: ids(30_000).map(() => ({ type: 'Property', value: 1 })),
            }),
          ),
      ],
      ['10,000 entities', 201, () => ask('/ngsi-ld/v1/entityOperations/create', JSON.stringify(lamps))],
    ];
    assert.equal((await ask('/ngsi-ld/v1/entities', JSON.stringify({ id: 'urn:x:first', type: 'Lamp' }))).status, 201);
    for (const [title, expected, attempt] of attempts) {
      let isDone = false;
      const answer = attempt().finally(() => {
        isDone = true;
      });
      let longest = 0;
      let answered = 0;
      while (!isDone) {
        const askedAt = performance.now();
        assert.equal((await fetch(`http://127.0.0.1:${port}/live`)).status, 200);
        longest = Math.max(longest, performance.now() - askedAt);
        answered++;
        await pause(1);
      }
      const { status } = await answer;
      t.diagnostic(`${title}: ${status}, /live ${answered} times, within ${longest.toFixed(0)} ms`);
      assert.equal(status, expected, title);
      if (status < 300) assert.ok(answered >= MIN_ANSWERED, `${title}: /live was answered ${answered} times`);
    }
  });
});
