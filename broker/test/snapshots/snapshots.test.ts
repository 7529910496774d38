import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { startMember } from '../federation/fleet.ts';
import { startOtherSource } from '../federation/other-source.ts';
import { startReceiver } from '../subscriptions/receiver.ts';
import { eachDatabase } from '../support/index.ts';
import { ids, LAMP_1, LAMP_2, type Members, PAST, query, start } from './snapshot-broker.ts';

eachDatabase('Snapshots (4.3.7, 5.16)', (test) => {
  test('contain the results of queries, whatever happens to the entities, and can be written to', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 80);
    await broker.lamp(LAMP_2, 30);
    const snapshot = await broker.snapshot({ snapshotQueries: [query({ q: 'brightness>50' })] });
    assert.equal(snapshot.snapshotStatus, 'success');
    assert.equal(snapshot.snapshotPriority, 5);
    assert.deepEqual(snapshot.snapshotQueriesDetails, [{ resultStatus: 'success' }]);
    const inside = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
      broker.in(snapshot.id, method, path, body);

    await broker.ask('PATCH', `/entities/${LAMP_1}/attrs`, { brightness: { type: 'Property', value: 1 } });
    await broker.ask('DELETE', `/entities/${LAMP_2}`);
    const found = await inside('GET', '/entities?count=true');
    assert.equal(found.status, 200, 'no type is needed, as the snapshot is local');
    assert.deepEqual(ids(found.body), [LAMP_1]);
    assert.equal(found.body[0].brightness.value, 80);
    assert.equal(found.headers.get('ngsild-snapshot'), snapshot.id);
    assert.equal(found.headers.get('ngsild-tenant'), broker.tenant);
    assert.equal(found.headers.get('ngsild-results-count'), '1');

    const what = { brightness: { type: 'Property', value: 99 } };
    assert.equal((await inside('PATCH', `/entities/${LAMP_1}/attrs`, what)).status, 204);
    assert.equal((await inside('POST', '/entities', { id: 'urn:x:if', type: 'Lamp' })).status, 201);
    assert.equal((await inside('GET', `/entities/${LAMP_1}`)).body.brightness.value, 99);
    assert.equal((await broker.ask('GET', `/entities/${LAMP_1}`)).body.brightness.value, 1);
    assert.equal((await broker.ask('GET', '/entities/urn:x:if')).status, 404);
    const types = await inside('GET', '/types?details=true');
    assert.deepEqual([types.body[0].typeName, types.body.length], ['Lamp', 1]);
    assert.equal((await inside('GET', `/types/Lamp`)).body.entityCount, 2);
    const changed = await inside('GET', `/temporal/entities/${LAMP_1}`);
    assert.equal([changed.body.brightness].flat().at(-1).value, 99, 'what is changed in it has a history in it');
  });

  test('are separated by tenant, refused when unknown, and are not tenants', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    const { id } = await broker.snapshot({ snapshotQueries: [query()] });
    const elsewhere = await broker.ask('GET', '/entities?type=Lamp', undefined, {
      'ngsild-tenant': '',
      'ngsild-snapshot': id,
    });
    assert.notEqual(elsewhere.status, 200);
    const other = await startMember(t, db);
    await other.ask('POST', '/entities', { id: LAMP_1, type: 'Lamp' });
    const ofOther = await other.ask('GET', '/entities?type=Lamp', undefined, { 'ngsild-snapshot': id });
    assert.equal(ofOther.status, 404);
    assert.equal(ofOther.headers.get('ngsild-snapshot'), id);
    const noUri = await broker.in('lamp', 'GET', '/entities?type=Lamp');
    assert.equal(noUri.status, 400);
    const response = await fetch(`${broker.url}/ops/tenants`);
    const names = ((await response.json()) as { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes(broker.tenant) && names.every((name) => name === '@default' || !name.includes('@')));
    const described = await fetch(`${broker.url}/ops/tenants/${broker.tenant}`);
    const { snapshots, entities } = (await described.json()) as Members;
    assert.deepEqual({ snapshots, entities }, { snapshots: 1, entities: 1 });
  });

  test('refuse an invalid Snapshot', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    const bad: [members: Members, named: RegExp][] = [
      [{}, /snapshotQueries/],
      [{ type: 'Snap', snapshotQueries: [query()] }, /type/],
      [{ snapshotQueries: [] }, /snapshotQueries/],
      [{ snapshotQueries: [query({ temporalQ: PAST })] }, /snapshotQueries\[0\]\.temporalQ/],
      [{ snapshotTemporalQueries: [query()] }, /snapshotTemporalQueries\[0\]\.temporalQ/],
      [{ snapshotQueries: [{ type: 'Query', q: 'a==1;' }] }, /q/],
      [{ snapshotQueries: [{ type: 'Query' }] }, /too wide/],
      [{ snapshotQueries: [query()], snapshotPriority: 11 }, /snapshotPriority/],
      [{ snapshotQueries: [query()], snapshotPriority: 1.5 }, /snapshotPriority/],
      [{ snapshotQueries: [query()], snapshotLifetime: 'P' }, /snapshotLifetime/],
      [{ snapshotQueries: [query()], snapshotLifetime: 'PT0S' }, /snapshotLifetime/],
      [{ snapshotQueries: [query()], endpoint: 'mailto:x' }, /endpoint/],
      [{ snapshotQueries: [query()], receiverInfo: [{ key: 'a b', value: '' }] }, /receiverInfo/],
      [{ snapshotQueries: [query()], lifetime: 'P1D' }, /lifetime/],
      [{ id: 'no uri', snapshotQueries: [query()] }, /id/],
    ];
    for (const [members, named] of bad) {
      const { status, body } = await broker.ask('POST', '/snapshots', { type: 'Snapshot', ...members });
      assert.equal(status, 400, JSON.stringify(members));
      assert.match(body.detail, named);
    }
    const unknown = { type: 'Snapshot', snapshotQueries: [query()] };
    const { status, body } = await broker.ask('POST', '/snapshots', unknown, { 'ngsild-tenant': 'nobody' });
    assert.deepEqual([status, body.type.split('/').at(-1)], [404, 'NonexistentTenant']);
    const id = 'urn:ngsi-ld:Snapshot:mine';
    await broker.snapshot({ id, snapshotQueries: [query()] });
    assert.equal((await broker.ask('POST', '/snapshots', { ...unknown, id })).status, 409);
    for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
      const members = method === 'PATCH' ? { snapshotPriority: 1 } : undefined;
      assert.equal((await broker.ask(method, '/snapshots/urn:x:none', members)).status, 404, method);
      assert.equal((await broker.ask(method, '/snapshots/none', members)).status, 400, method);
    }
    assert.equal((await broker.ask('POST', '/snapshots/urn:x:none/clone', { type: 'Snapshot' })).status, 404);
    assert.equal((await broker.ask('POST', `/snapshots/${id}/clone`, { type: 'Snapshot', id })).status, 409);
    const withQueries = { type: 'Snapshot', snapshotQueries: [query()] };
    assert.equal((await broker.ask('POST', `/snapshots/${id}/clone`, withQueries)).status, 400);
    assert.equal((await broker.ask('GET', '/snapshots')).status, 405);
  });

  test('report the outcome of each query, and the total', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    const none = query({ entities: [{ type: 'Void' }] });
    const partly = await broker.snapshot({ snapshotQueries: [none, query()] });
    assert.equal(partly.snapshotStatus, 'partial');
    assert.deepEqual(partly.snapshotQueriesDetails, [{ resultStatus: 'empty' }, { resultStatus: 'success' }]);
    const empty = await broker.snapshot({
      snapshotQueries: [none],
      snapshotTemporalQueries: [{ ...none, temporalQ: PAST }],
    });
    assert.equal(empty.snapshotStatus, 'empty');
    assert.deepEqual(empty.snapshotTemporalQueriesDetails, [{ resultStatus: 'empty' }]);
    const id = 'urn:ngsi-ld:Snapshot:unreadable';
    await broker.snapshot({ id, snapshotQueries: [query()] });
    // As another version may have stored it, with queries that this one can't parse.
    const document = { snapshotQueries: [{ type: 'Query', nonsense: true }], snapshotPriority: 5 };
    await db.query({
      text: `UPDATE snapshot SET status = 'preparing', document = $2::jsonb WHERE id = $1 AND of_tenant = $3`,
      values: [id, JSON.stringify(document), broker.tenant],
    });
    const failed = await broker.ready(id);
    assert.equal(failed.snapshotStatus, 'failure');
    assert.match(failed.snapshotQueriesDetails[0].problemDetails.detail, /nonsense/);
  });

  test('contain only what a query selects, combined over queries, with linked entities', async (t, db) => {
    const broker = await start(t, db);
    const post = { type: 'Relationship', object: 'urn:ngsi-ld:Post:1' };
    await broker.lamp(LAMP_1, 1, {
      post,
      colour: { type: 'Property', value: 'red' },
      secret: { type: 'Property', value: 0 },
    });
    await broker.ask('POST', '/entities', {
      id: 'urn:ngsi-ld:Post:1',
      type: 'Post',
      height: { type: 'Property', value: 9 },
    });
    const snapshot = await broker.snapshot({
      snapshotQueries: [
        query({ pick: ['id', 'type', 'brightness'] }),
        query({ omit: ['secret', 'brightness'], join: 'flat' }),
      ],
    });
    const { body } = await broker.in(snapshot.id, 'GET', '/entities?format=simplified');
    assert.deepEqual(body, [
      { id: LAMP_1, type: 'Lamp', brightness: 1, colour: 'red', post: 'urn:ngsi-ld:Post:1' },
      { id: 'urn:ngsi-ld:Post:1', type: 'Post', height: 9 },
    ]);
  });

  test('contain temporal evolutions, which temporal operations return', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    for (const value of [2, 3]) {
      const brightness = { type: 'Property', value, observedAt: `2026-01-0${value}T00:00:00Z` };
      await broker.ask('PATCH', `/entities/${LAMP_1}/attrs`, { brightness });
    }
    await broker.lamp(LAMP_2, 7);
    await broker.ask('DELETE', `/entities/${LAMP_2}`);
    const until = { timerel: 'before', timeAt: '2026-01-02T12:00:00Z' };
    const temporal = [
      query({ temporalQ: until }),
      query({ temporalQ: PAST, entities: [{ id: LAMP_2, type: 'Lamp' }] }),
    ];
    const snapshot = await broker.snapshot({ snapshotTemporalQueries: temporal });
    assert.equal(snapshot.snapshotStatus, 'success', JSON.stringify(snapshot));
    await broker.ask('DELETE', `/temporal/entities/${LAMP_1}`);
    const times = 'timerel=after&timeAt=2020-01-01T00:00:00Z&format=temporalValues';
    const all = await broker.in(snapshot.id, 'GET', `/temporal/entities?${times}`);
    const [one, two] = all.body;
    assert.deepEqual(
      one.brightness.values.map(([value]: [number]) => value),
      [1, 2],
      'until the time asked for',
    );
    assert.equal(two.id, LAMP_2, 'one that is no more is there too');
    const present = await broker.in(snapshot.id, 'GET', '/entities?format=simplified');
    assert.deepEqual(present.body, [{ id: LAMP_1, type: 'Lamp', brightness: 2 }]);
    const sums = await broker.in(
      snapshot.id,
      'GET',
      `/temporal/entities/${LAMP_1}?format=aggregatedValues&aggrMethods=sum&timerel=after&timeAt=2020-01-01T00:00:00Z`,
    );
    assert.equal(sums.body.brightness.sum[0][0], 3);
  });

  test('contain data of context sources', async (t, db) => {
    const broker = await start(t, db);
    const source = await startOtherSource(t);
    source.entities.set('urn:ngsi-ld:Lamp:far', {
      id: 'urn:ngsi-ld:Lamp:far',
      type: 'Lamp',
      brightness: { type: 'Property', value: 70 },
    });
    await broker.lamp(LAMP_1, 80);
    const operations = ['queryEntity'];
    await broker.register({ endpoint: source.endpoint, operations, information: [{ entities: [{ type: 'Lamp' }] }] });
    const snapshot = await broker.snapshot({ snapshotQueries: [query({ q: 'brightness>50' })] });
    assert.equal(snapshot.snapshotStatus, 'success', JSON.stringify(snapshot));
    const asked = source.seen.length;
    const { body } = await broker.in(snapshot.id, 'GET', '/entities?q=brightness>60&local=false');
    assert.deepEqual(ids(body), [LAMP_1, 'urn:ngsi-ld:Lamp:far']);
    await broker.in(snapshot.id, 'PATCH', '/entities/urn:ngsi-ld:Lamp:far/attrs', {
      brightness: { type: 'Property', value: 1 },
    });
    assert.equal(source.seen.length, asked, 'sources have no part in a snapshot');
  });

  test('are updated, cloned, purged, and expire', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    const { id, expiresAt } = await broker.snapshot({ snapshotQueries: [query()] });
    const patch = (members: Members) => broker.ask('PATCH', `/snapshots/${id}`, members);
    const updated = await patch({ snapshotPriority: 2, snapshotLifetime: 'PT1H', snapshotStatus: 'failure' });
    assert.equal(updated.status, 200);
    assert.deepEqual([updated.body.snapshotPriority, updated.body.snapshotStatus], [2, 'success']);
    assert.ok(updated.body.expiresAt < expiresAt, 'an hour is less than the day that nobody asked for');
    const decades = await patch({ snapshotLifetime: 'P50Y' });
    assert.ok(Date.parse(decades.body.expiresAt) < Date.now() + 31 * 86_400_000, 'no longer than is allowed');
    for (const members of [
      { snapshotQueries: [query()] },
      { snapshotPriority: 0 },
      { id: 'urn:x:other' },
      { type: 'Query' },
    ]) {
      assert.equal((await patch(members)).status, 400, JSON.stringify(members));
    }

    await broker.in(id, 'POST', '/entities', { id: LAMP_2, type: 'Lamp' });
    const clone = await broker.clone(id, { snapshotPriority: 9 });
    assert.deepEqual([clone.snapshotStatus, clone.snapshotPriority], ['success', 9]);
    assert.deepEqual(clone.snapshotQueries, [query()]);

    assert.equal((await broker.ask('DELETE', '/snapshots')).status, 400);
    assert.equal((await broker.ask('DELETE', '/snapshots?q=brightness>5')).status, 400);
    assert.equal((await broker.ask('DELETE', '/snapshots?q=snapshotPriority>9')).status, 404);
    const early = encodeURIComponent('createdAt<2020-01-01T00:00:00Z');
    assert.equal((await broker.ask('DELETE', `/snapshots?q=${early}`)).status, 404);
    assert.equal((await broker.ask('DELETE', '/snapshots?q=snapshotPriority<5')).status, 204);
    assert.equal((await broker.ask('GET', `/snapshots/${id}`)).status, 404);
    assert.equal((await broker.in(id, 'GET', '/entities')).status, 404);
    assert.deepEqual(ids((await broker.in(clone.id, 'GET', '/entities')).body), [LAMP_1, LAMP_2]);
    assert.equal((await broker.in(clone.id, 'GET', '/types/Lamp')).body.entityCount, 2);

    const short = await broker.ask('PATCH', `/snapshots/${clone.id}`, { snapshotLifetime: 'PT0.001S' });
    assert.equal(short.status, 200);
    await eventually(
      'the snapshot is gone',
      async () => (await broker.in(clone.id, 'GET', '/entities')).status === 404,
    );
    await eventually(
      'its entities are gone',
      async () =>
        (await db.query({ text: `SELECT FROM entity WHERE tenant LIKE $1`, values: [`${broker.tenant}@%`] }))
          .rowCount === 0,
    );
    assert.deepEqual(ids((await broker.ask('GET', '/entities?type=Lamp')).body), [LAMP_1]);
    const again = await broker.snapshot({ id, snapshotQueries: [query()] });
    assert.deepEqual(ids((await broker.in(again.id, 'GET', '/entities')).body), [LAMP_1], 'nothing of the earlier one');
  });

  test('notify their endpoint of their status, and of their deletion', async (t, db) => {
    const broker = await start(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await broker.lamp(LAMP_1, 1);
    const receiverInfo = [
      { key: 'Authorization', value: 'Bearer secret' },
      { key: 'X-Plain', value: 'seen' },
    ];
    const { id } = await broker.snapshot({
      snapshotQueries: [query()],
      snapshotTemporalQueries: [query({ temporalQ: PAST })],
      endpoint: `${receiver.url}/told`,
      receiverInfo,
    });
    await receiver.expect(1, { within: 60_000 });
    const shown = await broker.ask('PATCH', `/snapshots/${id}`, { snapshotPriority: 7 });
    assert.deepEqual(shown.body.receiverInfo, [{ key: 'Authorization', value: '***' }, receiverInfo[1]]);
    const { rows } = await db.query<{ document: string }>({
      text: 'SELECT document::text AS document FROM snapshot WHERE id = $1',
      values: [id],
    });
    assert.doesNotMatch(JSON.stringify(rows), /Bearer secret/);
    await receiver.expect(2, { within: 60_000 });
    await broker.ask('DELETE', `/snapshots/${id}`);
    const [ready, changed, gone] = await receiver.expect(3, { within: 60_000 });
    assert.equal(ready?.headers.authorization, 'Bearer secret');
    assert.equal(ready?.headers['x-plain'], 'seen');
    assert.equal(ready?.headers['ngsild-snapshot'], id);
    assert.equal(ready?.headers['ngsild-tenant'], broker.tenant);
    assert.equal(ready?.body.type, 'SnapshotNotification');
    assert.deepEqual(
      [ready?.body.snapshotId, ready?.body.snapshotStatus, ready?.body.snapshotPriority],
      [id, 'success', 5],
    );
    assert.deepEqual(ready?.body.snapshotQueriesDetails, [{ resultStatus: 'success' }]);
    assert.deepEqual(ready?.body.temporalSnapshotQueriesDetails, [{ resultStatus: 'success' }]);
    assert.equal(changed?.body.snapshotPriority, 7);
    assert.ok(gone?.body.expiresAt < gone?.body.notifiedAt, 'it expired before it was told of');
    assert.equal(receiver.received.length, 3);
  });

  test('notify subscriptions in them only of changes in them', async (t, db) => {
    const broker = await start(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await broker.lamp(LAMP_1, 1);
    const { id } = await broker.snapshot({ snapshotQueries: [query()] });
    const subscription = {
      id: 'urn:ngsi-ld:Subscription:inside',
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: receiver.url, accept: 'application/json' } },
    };
    assert.equal((await broker.in(id, 'POST', '/subscriptions', subscription)).status, 201);
    assert.equal((await broker.ask('GET', '/subscriptions')).body.length, 0);
    const brightness = (value: number) => ({ brightness: { type: 'Property', value } });
    await broker.ask('PATCH', `/entities/${LAMP_1}/attrs`, brightness(2));
    await broker.in(id, 'PATCH', `/entities/${LAMP_1}/attrs`, brightness(3));
    const [receivedNotification] = await receiver.expect(1, { within: 60_000 });
    assert.equal(receivedNotification?.body.data[0].brightness.value, 3);
    assert.equal(receivedNotification?.headers['ngsild-snapshot'], id);
    assert.equal(receivedNotification?.headers['ngsild-tenant'], broker.tenant);
    assert.equal(receiver.received.length, 1);
    await broker.ask('DELETE', `/snapshots/${id}`);
  });

  test('are deleted with the tenant that is emptied or dropped', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 1);
    const { id } = await broker.snapshot({ snapshotQueries: [query()] });
    assert.equal((await fetch(`${broker.url}/ops/tenants/${broker.tenant}/empty`, { method: 'POST' })).status, 204);
    assert.equal((await broker.ask('GET', `/snapshots/${id}`)).status, 404);
    await eventually('the snapshot is gone', async () => (await broker.in(id, 'GET', '/entities')).status === 404);
    await eventually(
      'its entities are gone',
      async () =>
        (await db.query({ text: 'SELECT FROM entity WHERE tenant LIKE $1', values: [`${broker.tenant}@%`] }))
          .rowCount === 0,
    );
  });

  test('are filled again if the database refuses a statement for the moment', async (t, db) => {
    const broker = await start(t, db);
    await broker.lamp(LAMP_1, 80);
    await db.runScript(`
      CREATE SEQUENCE refusals;
      CREATE FUNCTION refuse_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('refusals') = 1 THEN RAISE 'could not serialize' USING ERRCODE = '40001'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_once BEFORE INSERT ON entity FOR EACH ROW EXECUTE FUNCTION refuse_once()`);
    t.after(() =>
      db.runScript('DROP TRIGGER refuse_once ON entity; DROP FUNCTION refuse_once; DROP SEQUENCE refusals'),
    );
    const snapshot = await broker.snapshot({ snapshotQueries: [query()] });
    assert.deepEqual(
      [snapshot.snapshotStatus, snapshot.snapshotQueriesDetails],
      ['success', [{ resultStatus: 'success' }]],
    );
  });
});
