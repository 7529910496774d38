import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { reader } from './event-reader.ts';
import { startNotifyingBroker } from './notifying-broker.ts';

const property = (value: unknown) => ({ type: 'Property', value });

function lamp(number: number, more = {}): Record<string, unknown> {
  return { id: `urn:ngsi-ld:Streetlight:${number}`, type: 'Streetlight', powerState: property('off'), ...more };
}

function at(longitude: number, latitude: number): Record<string, unknown> {
  return { location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, latitude] } } };
}

async function start(t: TestContext, db: Database) {
  const broker = await startNotifyingBroker(db);
  t.after(() => broker.close());
  const url = await broker.app.listen({ port: 0, host: '127.0.0.1' });
  const tenant = freshTenant();
  /** Follows the feed until the test ends. */
  async function follow(query: string, headers = {}) {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const response = await fetch(`${url}/events?tenant=${tenant}${query}`, { headers, signal: stop.signal });
    return { response, stop: () => stop.abort(), next: reader(response) };
  }
  return { broker, tenant, follow };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Reads the feed until a first lamp is created, and disconnects. Resolves to the event. */
async function leaveAfterOne({ broker, tenant, follow }: Started) {
  const { next, stop } = await follow('');
  await next();
  await broker.create(tenant, lamp(1));
  const last = await next();
  stop();
  return last;
}

eachDatabase('Live feed', (test) => {
  test('creation, update and deletion are sent when they are committed, simplified by default', async (t, db) => {
    const { broker, tenant, follow } = await start(t, db);
    const { response, next } = await follow('');
    assert.equal(response.status, 200);
    assert.match(String(response.headers.get('content-type')), /^text\/event-stream/);
    assert.equal(response.headers.get('cache-control'), 'no-cache, no-transform');
    assert.equal((await next()).event, 'ready');
    const normalized = await follow('&format=normalized');
    await normalized.next();

    await broker.create(tenant, lamp(1));
    await broker.create(freshTenant(), lamp(7));
    await broker.merge(tenant, 'urn:ngsi-ld:Streetlight:1', { powerState: property('on') });
    await broker.remove(tenant, 'urn:ngsi-ld:Streetlight:1');

    const [created, updated, deleted] = [await next(), await next(), await next()];
    assert.equal(created.event, 'entity');
    assert.ok(Math.abs(Date.parse(created.data.at) - Date.now()) < 10_000);
    const id = 'urn:ngsi-ld:Streetlight:1';
    const type = 'Streetlight';
    assert.deepEqual(
      { ...created.data, at: '' },
      { trigger: 'entityCreated', at: '', changed: ['powerState'], entity: { id, type, powerState: 'off' } },
    );
    assert.deepEqual(
      { ...updated.data, at: '' },
      { trigger: 'entityUpdated', at: '', changed: ['powerState'], entity: { id, type, powerState: 'on' } },
    );
    assert.deepEqual([deleted.data.trigger, deleted.data.entity], ['entityDeleted', { id, type }]);
    assert.ok(Number(created.id) < Number(updated.id) && Number(updated.id) < Number(deleted.id));
    assert.deepEqual((await normalized.next()).data.entity, lamp(1));
  });

  test('type, attrs, bbox and scopeQ select the events', async (t, db) => {
    const { broker, tenant, follow } = await start(t, db);
    const queries = {
      type: '&type=WasteContainer,(Streetlight;Luminaire)',
      attrs: '&attrs=powerState,status',
      bbox: '&bbox=5.9,49.4,6,49.5',
      scopeQ: `&scopeQ=${encodeURIComponent('/Thil/#')}`,
    };
    const received: Record<string, string[]> = {};
    const streams = await Promise.all(
      Object.entries(queries).map(async ([name, query]) => {
        const { next } = await follow(query);
        await next();
        return { name, next };
      }),
    );
    await broker.create(tenant, { ...lamp(1), type: 'WasteContainer' });
    await broker.create(tenant, lamp(2, at(5.95, 49.45)));
    await broker.create(tenant, lamp(3, { ...at(5.8, 49.45), scope: '/Thil/Centre' }));
    await broker.merge(tenant, 'urn:ngsi-ld:Streetlight:2', at(1, 1)); // moves out
    await broker.merge(tenant, 'urn:ngsi-ld:Streetlight:2', { name: property('gone') });
    await broker.create(tenant, {
      ...lamp(9, { ...at(5.95, 49.45), scope: ['/Thil'] }),
      type: ['WasteContainer', 'End'],
    });

    for (const { name, next } of streams) {
      const heard: string[] = [];
      for (let event = await next(); ; event = await next()) {
        heard.push(`${event.data.trigger} ${event.data.entity.id.at(-1)}`);
        if (event.data.entity.id.endsWith(':9')) break;
      }
      received[name] = heard;
    }
    const created = (number: number) => `entityCreated ${number}`;
    assert.deepEqual(received, {
      type: [created(1), created(9)],
      attrs: [created(1), created(2), created(3), created(9)],
      bbox: [created(2), 'entityUpdated 2', created(9)],
      scopeQ: [created(3), created(9)],
    });
  });

  test('Last-Event-ID resumes without a gap; an unknown one causes a reset', async (t, db) => {
    const started = await start(t, db);
    const { broker, tenant, follow } = started;
    const last = await leaveAfterOne(started);
    await broker.create(tenant, lamp(2));
    await broker.create(freshTenant(), lamp(3));

    const second = await follow('', { 'last-event-id': last.id });
    assert.equal((await second.next()).event, 'ready');
    assert.equal((await second.next()).data.entity.id, 'urn:ngsi-ld:Streetlight:2');
    await broker.create(tenant, lamp(4));
    assert.equal((await second.next()).data.entity.id, 'urn:ngsi-ld:Streetlight:4');

    for (const unknown of ['1', '9007199254740991', 'abc']) {
      const third = await follow('', { 'last-event-id': unknown });
      assert.equal((await third.next()).event, 'ready');
      assert.equal((await third.next()).event, 'reset', unknown);
    }
  });

  test('a client that returns after many changes gets all of them, old ones as the present entities', async (t, db) => {
    const started = await start(t, db);
    const { broker, tenant, follow } = started;
    const last = await leaveAfterOne(started);
    const id = 'urn:ngsi-ld:Streetlight:2';
    await broker.create(tenant, lamp(2));
    await broker.remove(tenant, 'urn:ngsi-ld:Streetlight:1');
    await Promise.all(Array.from({ length: 600 }, (_, number) => broker.create(tenant, lamp(1000 + number))));
    await broker.merge(tenant, id, { powerState: property('dimmed') });

    const second = await follow('', { 'last-event-id': last.id });
    await second.next();
    const received = [];
    while (received.length < 603) received.push(await second.next());
    assert.equal(new Set(received.map((event) => event.id)).size, 603);
    const [created, deleted] = received;
    assert.deepEqual([created?.data.trigger, created?.data.entity.id], ['entityCreated', id]);
    assert.equal(created?.data.entity.powerState, 'dimmed');
    assert.equal(deleted?.data.trigger, 'entityDeleted');
    assert.deepEqual([received.at(-1)?.data.trigger, received.at(-1)?.data.entity.id], ['entityUpdated', id]);
  });

  test('a wrong parameter is named', async (t, db) => {
    const { follow } = await start(t, db);
    for (const [query, member] of [
      ['&bbox=1,2,3', 'bbox'],
      ['&bbox=1,2,3,north', 'bbox'],
      ['&bbox=1,50,2,40', 'bbox'],
      ['&type=A,', 'type'],
      ['&scopeQ=/', 'scopeQ'],
      ['&attrs=a%20b', 'attrs'],
      ['&format=xml', 'format'],
      ['&since=5', 'since'],
    ] as const) {
      const { response } = await follow(query);
      assert.equal(response.status, 400, query);
      assert.match(((await response.json()) as { detail: string }).detail, new RegExp(`\\b${member}\\b`));
    }
  });

  test('a client that does not read is closed with a reset, without accumulating memory', async (t, db) => {
    const { broker, tenant, follow } = await start(t, db);
    const { response } = await follow('');
    const stream = (response.body as ReadableStream<Uint8Array>).getReader();
    await stream.read();
    await broker.create(tenant, lamp(1));

    const long = 'x'.repeat(400_000);
    for (let number = 0; number < 40; number++) {
      await broker.merge(tenant, 'urn:ngsi-ld:Streetlight:1', { powerState: property(`${number}${long}`) });
    }

    let bytes = 0;
    let tail = '';
    for (let chunk = await stream.read(); !chunk.done; chunk = await stream.read()) {
      bytes += chunk.value.length;
      tail = (tail + Buffer.from(chunk.value).toString()).slice(-100);
    }
    assert.match(tail, /\n\nid: [\d.]+\nevent: reset\ndata: {}\n\n$/);
    assert.ok(bytes < 40 * 400_000, `${bytes} bytes came`);
  });

  test('the streams end with the broker', async (_t, db) => {
    const broker = await startNotifyingBroker(db);
    const url = await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const next = reader(await fetch(`${url}/events`));
    assert.equal((await next()).event, 'ready');
    await broker.close();
    const ended = await next().catch(() => ({ event: 'end' }));
    assert.equal(ended.event, 'end');
  });
});
