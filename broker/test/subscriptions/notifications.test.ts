import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { steadyClock } from '../../src/clock/steady-clock.ts';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { QUICK, startNotifyingBroker } from './notifying-broker.ts';
import { type Received, startReceiver } from './receiver.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

/** Starts a broker and a receiver that end with the test. */
async function start(t: TestContext, db: Database, options?: Parameters<typeof startNotifyingBroker>[1]) {
  const broker = await startNotifyingBroker(db, options);
  const receiver = await startReceiver();
  t.after(async () => {
    await broker.close();
    await receiver.close();
  });
  return { broker, receiver, tenant: freshTenant() };
}

function lampId(number: number): string {
  return `urn:ngsi-ld:Streetlight:${number}`;
}

function lamp(number: number, level = 0): Record<string, unknown> {
  return { id: lampId(number), type: 'Streetlight', illuminanceLevel: { type: 'Property', value: level } };
}

function levels(received: readonly Received[], number?: number): number[] {
  return received
    .map(({ body }) => body.data[0])
    .filter(({ id }) => number === undefined || id === lampId(number))
    .map((entity) => entity.illuminanceLevel.value);
}

const toLamps = (uri: string, more: object = {}) => ({
  entities: [{ type: 'Streetlight' }],
  notification: { endpoint: { uri } },
  ...more,
});

eachDatabase('5.8.6 Notification behaviour', (test) => {
  test('a change is notified once, with the members of 5.3.1, a Link to the @context and the tenant', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const id = await broker.subscribe(tenant, toLamps(`${receiver.url}/here?a=b`));

    await broker.create(tenant, lamp(1, 0.5));

    const [received] = await receiver.expect(1);
    assert.equal(receiver.received.length, 1);
    assert.equal(received?.path, '/here?a=b');
    assert.equal(received?.headers['content-type'], 'application/json');
    assert.equal(received?.headers['ngsild-tenant'], tenant);
    assert.equal(
      received?.headers.link,
      `<${CORE}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
    );
    const { notifiedAt, ...rest } = received?.body ?? {};
    assert.ok(Math.abs(Date.parse(notifiedAt) - steadyClock.now()) < 5000);
    assert.match(rest.id, /^urn:ngsi-ld:Notification:[0-9a-f-]{36}$/);
    assert.deepEqual(
      { ...rest, id: '' },
      {
        id: '',
        type: 'Notification',
        subscriptionId: id,
        data: [{ ...lamp(1, 0.5), type: 'https://uri.etsi.org/ngsi-ld/default-context/Streetlight' }].map((entity) => ({
          ...entity,
          type: 'Streetlight',
        })),
      },
    );
  });

  test('a batch is one notification, throttled or not, in order after earlier ones', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const id = await broker.subscribe(tenant, toLamps(`${receiver.url}/all`));
    await broker.subscribe(tenant, toLamps(`${receiver.url}/throttled`, { throttling: 60 }));
    const numbers = Array.from({ length: 40 }, (_, number) => number); // more than one statement of the write lane can have
    const batch = (name: string, level: number) =>
      broker.batch(
        tenant,
        name,
        numbers.map((number) => lamp(number, level)),
      );
    await batch('create', 0);
    await Promise.all([
      batch('update', 1),
      broker.merge(tenant, lampId(7), { illuminanceLevel: 2 }),
      batch('update', 3),
    ]);

    await receiver.expect(5);
    const of = (path: string) => receiver.received.filter((one) => one.path === path).map(({ body }) => body.data);
    const received = of('/all');
    assert.deepEqual(
      received.map((data) => data.length).sort((a, b) => a - b),
      [1, 40, 40, 40],
    );
    assert.deepEqual(received[0].map((entity: { id: string }) => entity.id).sort(), numbers.map(lampId).sort());
    const seventh = received.flat().filter((entity: { id: string }) => entity.id === lampId(7));
    const levels = seventh.map((entity: { illuminanceLevel: { value: number } }) => entity.illuminanceLevel.value);
    assert.deepEqual([levels[0], ...levels.slice(1).sort()], [0, 1, 2, 3]);
    const url = `/ngsi-ld/v1/entities/${lampId(7)}?format=simplified`;
    const stored = await broker.app.inject({ url, headers: { 'ngsild-tenant': tenant } });
    assert.equal(levels.at(-1), stored.json().illuminanceLevel, 'the last notification has the stored value');
    assert.deepEqual(
      of('/throttled').map((data) => data.length),
      [40],
    );
    assert.equal((await broker.retrieve(tenant, id)).notification.timesSent, 4);
  });

  test('100 entities updated 5 times each: 500 notifications, each once, in order per entity', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    await Promise.all(numbers.map((number) => broker.create(tenant, lamp(number))));
    await broker.subscribe(tenant, toLamps(receiver.url));

    const merges: Promise<unknown>[] = [];
    for (let level = 1; level <= 5; level++) {
      for (const number of numbers) {
        merges.push(broker.merge(tenant, lampId(number), { illuminanceLevel: { type: 'Property', value: level } }));
      }
    }
    await Promise.all(merges);

    await receiver.expect(500);
    assert.equal(receiver.received.length, 500);
    for (const number of numbers) assert.deepEqual(levels(receiver.received, number), [1, 2, 3, 4, 5]);
    assert.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 500);
    assert.equal(await owedIn(db, tenant), 0);
  });

  test('writing the same values is no change, and other types and attributes are not notified', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.create(tenant, lamp(1, 1));
    await broker.subscribe(tenant, toLamps(receiver.url, { watchedAttributes: ['illuminanceLevel'] }));

    await broker.merge(tenant, lampId(1), { illuminanceLevel: { type: 'Property', value: 1 } });
    await broker.merge(tenant, lampId(1), { powerState: { type: 'Property', value: 'on' } });
    await broker.create(tenant, { ...lamp(2, 5), type: 'Lighthouse' });
    await broker.create(freshTenant(), lamp(3, 6));
    await broker.merge(tenant, lampId(1), { illuminanceLevel: { type: 'Property', value: 2 } });

    assert.deepEqual(levels(await receiver.expect(1)), [2]);
  });

  test('q, scopeQ, geoQ, id and idPattern each select', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const filters: [string, object][] = [
      ['q', { q: 'illuminanceLevel>3' }],
      ['q-encoded', { q: 'name==%22Rue%20Foch%22' }],
      ['scopeQ', { scopeQ: '/Thil' }],
      ['geoQ', { geoQ: { georel: 'near;maxDistance==1000', geometry: 'Point', coordinates: [5.91, 49.47] } }],
      ['id', { entities: [{ type: 'Streetlight', id: lampId(2) }] }],
      ['idPattern', { entities: [{ type: 'Streetlight', idPattern: ':[13]$' }] }],
      ['none', { entities: [{ type: 'Streetlight', id: lampId(9), idPattern: '.*' }] }],
    ];
    for (const [path, filter] of filters) await broker.subscribe(tenant, toLamps(`${receiver.url}/${path}`, filter));

    const near = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.911, 49.471] } };
    await broker.create(tenant, { ...lamp(1, 4), name: { type: 'Property', value: 'Rue Foch' } });
    await broker.create(tenant, { ...lamp(2, 1), scope: ['/Thil'] });
    await broker.create(tenant, { ...lamp(3, 2), location: near });

    await receiver.expect(6);
    const received = receiver.received.map(({ path, body }) => `${path} ${body.data[0].id.at(-1)}`).sort();
    assert.deepEqual(received, [
      '/geoQ 3',
      '/id 2',
      '/idPattern 1',
      '/idPattern 3',
      '/q 1',
      '/q-encoded 1',
      '/scopeQ 2',
    ]);
  });

  test('formats, projections and media types', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const endpoint = (path: string, more = {}) => ({ uri: `${receiver.url}/${path}`, ...more });
    const wanted: [string, object][] = [
      ['concise', { format: 'concise' }],
      ['simplified', { format: 'keyValues' }],
      ['attributes', { format: 'simplified', attributes: ['name'] }],
      ['pick', { format: 'simplified', pick: ['id', 'name'] }],
      ['omit', { format: 'simplified', omit: ['type', 'name'] }],
      ['sysAttrs', { sysAttrs: true, pick: ['id', 'type', 'name', 'createdAt'] }],
    ];
    for (const [path, params] of wanted) {
      await broker.subscribe(tenant, toLamps('', { notification: { endpoint: endpoint(path), ...params } }));
    }
    for (const accept of ['application/ld+json', 'application/geo+json']) {
      const params = { endpoint: endpoint(accept, { accept }), format: 'simplified', pick: ['id', 'type', 'name'] };
      await broker.subscribe(tenant, toLamps('', { notification: params }));
    }
    const receiverInfo = [
      { key: 'Authorization', value: 'Bearer x' },
      { key: 'Prefer', value: 'body=json' },
    ];
    await broker.subscribe(
      tenant,
      toLamps('', { notification: { endpoint: endpoint('geo', { accept: 'application/geo+json', receiverInfo }) } }),
    );

    const at = '2026-08-10T10:00:00Z';
    const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] } };
    const name = { type: 'Property', value: 'Rue Foch', observedAt: at };
    await broker.create(tenant, { ...lamp(1, 4), name, location });

    await receiver.expect(wanted.length + 3);
    const received = Object.fromEntries(receiver.received.map(({ path, body }) => [path.slice(1), body.data]));
    const id = lampId(1);
    const type = 'Streetlight';
    assert.deepEqual(received.concise, [
      { id, type, illuminanceLevel: 4, name: { value: 'Rue Foch', observedAt: at }, location: location.value },
    ]);
    assert.deepEqual(received.simplified, [
      { id, type, illuminanceLevel: 4, name: 'Rue Foch', location: location.value },
    ]);
    assert.deepEqual(received.attributes, [{ id, type, name: 'Rue Foch' }]);
    assert.deepEqual(received.pick, [{ id, name: 'Rue Foch' }]);
    assert.deepEqual(received.omit, [{ id, illuminanceLevel: 4, location: location.value }]);
    assert.match(received.sysAttrs[0].name.modifiedAt, /Z$/);
    assert.deepEqual(Object.keys(received.sysAttrs[0]).sort(), ['createdAt', 'id', 'name', 'type']);
    assert.deepEqual(received['application/ld+json'], [{ id, type, name: 'Rue Foch', '@context': CORE }]);
    assert.deepEqual(received['application/geo+json'], {
      type: 'FeatureCollection',
      features: [{ id, type: 'Feature', geometry: location.value, properties: { type, name: 'Rue Foch' } }],
      '@context': CORE,
    });
    const geo = receiver.received.find(({ path }) => path === '/geo');
    assert.equal(geo?.headers.authorization, 'Bearer x');
    assert.equal(geo?.headers['content-type'], 'application/geo+json');
    assert.equal(geo?.body.data['@context'], undefined);
    assert.match(String(geo?.headers.link), /json-ld#context/);
    const jsonLd = receiver.received.find(({ path }) => path === '/application/ld+json');
    assert.equal(jsonLd?.headers.link, undefined);
  });

  test('throttling: after a clock that was days ahead is put right, changes are notified again', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.subscribe(tenant, toLamps(receiver.url, { throttling: 0.2 }));
    const rightNow = Date.now.bind(Date);
    let wrongBy = 0;
    t.mock.method(Date, 'now', () => rightNow() + wrongBy);
    await broker.create(tenant, lamp(1, 0));
    await receiver.expect(1);
    wrongBy = 2 * 86_400_000;
    await broker.merge(tenant, lampId(1), { illuminanceLevel: { type: 'Property', value: 1 } });
    await receiver.expect(2);
    wrongBy = 0;
    await broker.merge(tenant, lampId(1), { illuminanceLevel: { type: 'Property', value: 2 } });
    await receiver.expect(3);
    assert.deepEqual(levels(receiver.received), [0, 1, 2]);
  });

  test('throttling: changes within the pause are dropped, the next one is notified', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.subscribe(tenant, toLamps(receiver.url, { throttling: 0.6 }));
    await broker.create(tenant, lamp(1, 1));
    await Promise.all([broker.create(tenant, lamp(2, 2)), broker.create(tenant, lamp(3, 3))]);
    await pause(700);
    await Promise.all([broker.create(tenant, lamp(4, 4)), broker.create(tenant, lamp(5, 5))]);

    assert.deepEqual(levels(await receiver.expect(2)), [1, 4]);
    assert.equal(await owedIn(db, tenant), 0);
  });

  test('a paused, expired or deleted subscription is not notified', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    // Long enough for the first change on a slow machine.
    const expiresAt = new Date(Date.now() + 5000).toISOString();
    await broker.subscribe(tenant, toLamps(`${receiver.url}/paused`, { isActive: false }));
    const expiring = await broker.subscribe(tenant, toLamps(`${receiver.url}/expiring`, { expiresAt }));
    const deleted = await broker.subscribe(tenant, toLamps(`${receiver.url}/deleted`));
    await broker.create(tenant, lamp(1));
    await receiver.expect(2);

    await broker.unsubscribe(tenant, deleted);
    await pause(Date.parse(expiresAt) - Date.now() + 50);
    await broker.create(tenant, lamp(2));

    await receiver.expect(2);
    assert.deepEqual(receiver.received.map(({ path }) => path).sort(), ['/deleted', '/expiring']);
    assert.equal((await broker.retrieve(tenant, expiring)).status, 'expired');
  });

  test('the outcome of notifications is shown with the subscription', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db, {
      delivery: { ...QUICK, firstPauseMs: 3000, longestPauseMs: 3000 },
    });
    const good = await broker.subscribe(tenant, toLamps(`${receiver.url}/good`));
    const bad = await broker.subscribe(tenant, toLamps(`${receiver.url}/bad`));
    receiver.answerWith(({ path }, response) => response.writeHead(path === '/bad' ? 404 : 200).end());
    assert.equal((await broker.retrieve(tenant, good)).notification.timesSent, undefined);

    await broker.create(tenant, lamp(1));
    await receiver.expect(2);

    const well = (await broker.retrieve(tenant, good)).notification;
    assert.deepEqual([well.status, well.timesSent, well.timesFailed], ['ok', 1, undefined]);
    assert.equal(well.lastNotification, well.lastSuccess);
    assert.ok(Math.abs(Date.parse(well.lastSuccess) - steadyClock.now()) < 5000);
    const ill = await broker.retrieve(tenant, bad);
    assert.equal(ill.status, 'active');
    assert.deepEqual(
      [ill.notification.status, ill.notification.timesSent, ill.notification.timesFailed],
      ['failed', 1, 1],
    );
    assert.equal(ill.notification.lastFailure, ill.notification.lastNotification);
  });

  test('what was sent and not answered yet is counted', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const id = await broker.subscribe(tenant, toLamps(receiver.url));
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    receiver.answerWith((_request, response) => void mayAnswer.then(() => response.writeHead(200).end()));
    await broker.create(tenant, lamp(1));
    await receiver.expect(1);

    const before = (await broker.retrieve(tenant, id)).notification;
    assert.deepEqual([before.timesSent, before.lastSuccess], [1, undefined]);
    assert.ok(before.lastNotification);
    answer();
    let after = before;
    while (after.lastSuccess === undefined) after = (await broker.retrieve(tenant, id)).notification;
    assert.deepEqual([after.status, after.timesSent, after.timesFailed], ['ok', 1, undefined]);
  });
});

eachDatabase('Delivery', (test) => {
  test('an endpoint that never answers delays no others', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const silent = await startReceiver();
    silent.answerWith(() => {});
    t.after(() => silent.close());
    await broker.subscribe(tenant, toLamps(silent.url));
    await broker.subscribe(tenant, toLamps(`${receiver.url}/silent`)); // same host, another path
    await broker.subscribe(tenant, toLamps(`${receiver.url}/healthy`));
    receiver.answerWith(({ path }, response) => {
      if (path === '/healthy') response.writeHead(200).end();
    });

    const started = Date.now();
    await Promise.all(Array.from({ length: 200 }, (_, number) => broker.create(tenant, lamp(number))));
    while (receiver.received.filter(({ path }) => path === '/healthy').length < 200) await pause(5);

    // If the others waited for the silent ones, the timeouts alone would take longer.
    assert.ok(Date.now() - started < 60_000, `took ${Date.now() - started} ms`);
  });

  test('an endpoint that is down is retried until it is up; all notifications arrive once and in order', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const id = await broker.subscribe(tenant, toLamps(receiver.url));
    await receiver.close();

    for (let level = 0; level < 10; level++) {
      if (level === 0) await Promise.all([1, 2, 3].map((number) => broker.create(tenant, lamp(number))));
      else await Promise.all([1, 2, 3].map((number) => broker.merge(tenant, lampId(number), lamp(number, level))));
    }
    await pause(400);
    assert.equal((await broker.retrieve(tenant, id)).notification.status, 'failed');

    const again = await startReceiver(receiver.port);
    t.after(() => again.close());
    await again.expect(30);
    assert.equal(again.received.length, 30);
    for (const number of [1, 2, 3]) assert.deepEqual(levels(again.received, number), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(await owedIn(db, tenant), 0);
    assert.equal((await broker.retrieve(tenant, id)).notification.status, 'ok');
  });

  test('a notification refused with 4xx delays only its own entity, and keeps its id when it is sent again', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.subscribe(tenant, toLamps(receiver.url));
    // Refused until the other entity has been notified.
    const isTold = (number: number, level: number) => levels(receiver.received, number).includes(level);
    receiver.answerWith(({ body }, response) => {
      const refused = body.data[0].id === lampId(1) && !isTold(2, 7);
      response.writeHead(refused ? 422 : 200).end();
    });

    await broker.create(tenant, lamp(1, 1));
    await broker.merge(tenant, lampId(1), lamp(1, 2));
    await receiver.expect(2);
    await broker.create(tenant, lamp(2, 7));

    for (let waited = 0; !isTold(1, 2) && waited < 10_000; waited += 20) await pause(20);
    const received = levels(receiver.received, 1);
    assert.ok(received.length > 3, received.join());
    assert.deepEqual(received, [...new Array(received.length - 1).fill(1), 2]);
    const ids = receiver.received.filter(({ body }) => body.data[0].illuminanceLevel.value === 1);
    assert.equal(new Set(ids.map(({ body }) => body.id)).size, 1);
  });

  test('what does not fit into memory waits in the outbox, and arrives once and in order', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db, { delivery: { ...QUICK, queueLength: 8 } });
    await broker.subscribe(tenant, toLamps(receiver.url));
    receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(200).end(), 2));
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await Promise.all(numbers.map((number) => broker.create(tenant, lamp(number))));

    for (let level = 1; level <= 10; level++) {
      await Promise.all(numbers.map((number) => broker.merge(tenant, lampId(number), lamp(number, level))));
    }

    await receiver.expect(220);
    assert.equal(receiver.received.length, 220);
    for (const number of numbers)
      assert.deepEqual(levels(receiver.received, number), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a new start continues with the pending notifications of the last one, before new ones', async (t, db) => {
    const instance = `again-${freshTenant()}`;
    const tenant = freshTenant();
    const receiver = await startReceiver();
    await receiver.close();
    const first = await startNotifyingBroker(db, { instance });
    await first.subscribe(tenant, toLamps(receiver.url));
    await first.create(tenant, lamp(1, 0));
    for (let level = 1; level < 5; level++) await first.merge(tenant, lampId(1), lamp(1, level));
    await first.close();

    const up = await startReceiver(receiver.port);
    const second = await startNotifyingBroker(db, { instance });
    t.after(async () => {
      await second.close();
      await up.close();
    });
    await second.merge(tenant, lampId(1), lamp(1, 5));

    await up.expect(6);
    assert.deepEqual(levels(up.received), [0, 1, 2, 3, 4, 5]);
  });

  test('a subscription created at one process is notified of a write at another, until it is deleted there', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const other = await startNotifyingBroker(db);
    t.after(() => other.close());
    const id = await broker.subscribe(tenant, toLamps(receiver.url));
    await pause(100);

    await other.create(tenant, lamp(1, 1));
    await receiver.expect(1);
    assert.deepEqual(levels(receiver.received), [1]);

    await broker.unsubscribe(tenant, id);
    await pause(100);
    await other.create(tenant, lamp(2, 2));
    assert.deepEqual(levels(await receiver.expect(1)), [1]);
  });

  test('a notification that fails for too long is moved to the dead letters with its reason', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db, { delivery: { ...QUICK, longestAgeMs: 300 } });
    await broker.subscribe(tenant, toLamps(receiver.url));
    receiver.answerWith((_request, response) => response.writeHead(503).end());

    await Promise.all([broker.create(tenant, lamp(1)), broker.create(tenant, lamp(2))]);
    await pause(1200);

    assert.equal(await owedIn(db, tenant), 0);
    const { rows } = await db.query<{ last_error: string; attempts: number }>({
      text: 'SELECT last_error, attempts FROM outbox_dead WHERE tenant = $1',
      values: [tenant],
    });
    assert.equal(rows.length, 2);
    assert.ok(
      rows.some(({ last_error }) => last_error === 'Answered with status 503'),
      JSON.stringify(rows),
    );
    receiver.answerWith((_request, response) => response.writeHead(200).end());
    const before = receiver.received.length;
    await broker.create(tenant, lamp(3, 9));
    await receiver.expect(before + 1);
    assert.deepEqual(levels(receiver.received.slice(before)), [9]);
  });
});

/** The pending notifications of a tenant, after the last outcome is recorded. */
async function owedIn(db: Database, tenant: string): Promise<number> {
  let pendingRows = -1;
  for (let tries = 0; pendingRows !== 0 && tries < 40; tries++) {
    if (tries > 0) await pause(25);
    const { rows } = await db.query<{ owed: number }>({
      text: 'SELECT count(*) AS owed FROM outbox WHERE tenant = $1',
      values: [tenant],
    });
    pendingRows = rows[0]?.owed ?? -1;
  }
  return pendingRows;
}
