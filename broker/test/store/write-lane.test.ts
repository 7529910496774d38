import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import type { Database } from '../../src/database/database.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import type { Decide, OutboxEntry, WriteLane } from '../../src/entities/write-lane/write-lane.ts';
import type { EntityChange } from '../../src/model/change.ts';
import type { Entity } from '../../src/model/entity.ts';
import { NgsiLdError } from '../../src/model/errors.ts';
import { Company } from '../../src/tenants/quotas/company.ts';
import { create, id, increment, LEVEL, lamp, levelOf, remove } from './lane-lamps.ts';

async function stored(db: Database, tenant: string): Promise<Map<string, Entity>> {
  const { rows } = await db.query<{ id: string; document: string }>({
    text: 'SELECT id, document FROM entity WHERE tenant = $1',
    values: [tenant],
  });
  return new Map(rows.map(({ id, document }) => [id, JSON.parse(document)]));
}

async function histories(db: Database, tenant: string) {
  const { rows } = await db.query<{ entity_id: string; kind: string; number: number | null }>({
    text: `SELECT entity_id, kind, number FROM evolution WHERE tenant = $1 AND attribute = $2
           ORDER BY entity_id, modified_at, number`,
    values: [tenant, LEVEL],
  });
  return rows;
}

/** A lane with one notification for each change. */
function laneWithOutbox(db: Database) {
  const committed: EntityChange[] = [];
  const entries: OutboxEntry[] = [];
  const lane = createWriteLane(db, {
    listener: {
      notificationsOf: ({ tenant, entityId, after }) => [
        { id: randomUUID(), tenant, subscriptionId: 'urn:s', entityId, version: 0, payload: { level: levelOf(after) } },
      ],
      committed: (changes, outboxRows) => {
        committed.push(...changes);
        entries.push(...outboxRows);
      },
    },
  });
  return { lane, committed, entries };
}

eachDatabase('Write lane', (test) => {
  test('lets exactly one of hundreds of creations of the same id win', async (_t, db) => {
    const tenant = freshTenant();
    const lanes = [createWriteLane(db), createWriteLane(db)];
    const attempts = Array.from({ length: 400 }, (_, n) =>
      (lanes[n % 2] as WriteLane).write(tenant, id(1), create(id(1))),
    );
    const outcomes = await Promise.allSettled(attempts);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.type, 'AlreadyExists');
    }
    assert.equal((await stored(db, tenant)).size, 1);
    assert.equal((await histories(db, tenant)).length, 1);
  });

  test('keeps the order of the writes on an entity, queued or in flight', async (_t, db) => {
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    const created = [1, 2, 3].map((n) => lane.write(tenant, id(n), create(id(n))));
    const counts: Promise<number[]>[] = [1, 2, 3].map((n) =>
      Promise.all(Array.from({ length: 100 }, () => lane.write(tenant, id(n), increment))),
    );
    await created[0]; // the others are in later transactions
    const late = [1, 2, 3].map((n) => lane.write(tenant, id(n), increment));
    for (const counted of await Promise.all(counts)) {
      assert.deepEqual(
        counted,
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
    }
    assert.deepEqual(await Promise.all(late), [101, 101, 101]);
    for (const entity of (await stored(db, tenant)).values()) assert.equal(levelOf(entity), 101);
  });

  test('returns the outcome of each write, in order, also for repeated ids', async (_t, db) => {
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    const writes: { entityId: string; decide: Decide<unknown> }[] = [
      { entityId: id('a'), decide: create(id('a')) },
      { entityId: id('b'), decide: increment },
      { entityId: id('a'), decide: create(id('a')) },
      { entityId: id('a'), decide: increment },
      { entityId: id('a'), decide: remove },
      { entityId: id('a'), decide: remove },
      { entityId: id('a'), decide: create(id('a')) },
    ];
    const outcomes = await lane.writeAll(tenant, writes);
    const seen = outcomes.map((outcome) => ('error' in outcome ? (outcome.error as NgsiLdError).type : outcome.result));
    assert.deepEqual(seen, ['created', 'ResourceNotFound', 'AlreadyExists', 1, true, false, 'created']);
    assert.deepEqual(await lane.writeAll(tenant, []), []);
    const kinds = (await histories(db, tenant)).map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, ['attributeCreated', 'attributeCreated', 'attributeDeleted', 'attributeUpdated']);
    assert.equal(levelOf((await stored(db, tenant)).get(id('a'))), 0);
  });

  test('writes nothing for a decision without changes, and notifies nobody', async (_t, db) => {
    const tenant = freshTenant();
    const { lane, committed } = laneWithOutbox(db);
    await lane.write(tenant, id(1), create(id(1)));
    const version = async () =>
      (await db.query({ text: 'SELECT version FROM entity WHERE tenant = $1', values: [tenant] })).rows;
    const before = await version();
    assert.equal(await lane.write(tenant, id(1), (entity) => ({ after: entity, result: 'seen' })), 'seen');
    assert.deepEqual(await version(), before);
    assert.equal(committed.length, 1);
  });

  test('fails only the write that the database refuses, with the reason', async (_t, db) => {
    const tenant = freshTenant();
    const { lane, committed } = laneWithOutbox(db);
    const bad: [string, unknown][] = [
      [id('bad-point'), { type: 'Point', coordinates: [6] }],
      [id('bad-type'), { type: 'Nonsense', coordinates: [1, 2] }],
      [`${id('nul')}\0`, { type: 'Point', coordinates: [6, 49] }],
    ];
    const good = Array.from({ length: 97 }, (_, n) => id(n));
    const outcomes = await lane.writeAll(tenant, [
      ...good.slice(0, 50).map((entityId) => ({ entityId, decide: create(entityId) })),
      ...bad.map(([entityId, geometry]) => ({ entityId, decide: create(entityId, geometry) })),
      ...good
        .slice(50)
        .map((entityId) => ({ entityId, decide: create(entityId, { type: 'Point', coordinates: [6, 49] }) })),
    ]);
    for (const [n, outcome] of outcomes.entries()) {
      if (n < 50 || n >= 53) assert.deepEqual(outcome, { result: 'created' });
      else assert.equal(((outcome as { error: unknown }).error as NgsiLdError).type, 'BadRequestData');
    }
    assert.deepEqual([...(await stored(db, tenant)).keys()].sort(), good.sort());
    assert.equal(committed.length, good.length);
  });

  test('fails one of several writes on the same entity, and keeps the others', async (_t, db) => {
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    await lane.write(tenant, id(1), create(id(1)));
    const break_: Decide<string> = (before, at) => ({
      after: { ...lamp(id(1), at, levelOf(before), { type: 'Point', coordinates: [6] }) },
      result: 'broken',
    });
    const outcomes = await Promise.allSettled([
      lane.write(tenant, id(1), increment),
      lane.write(tenant, id(1), break_),
      lane.write(tenant, id(1), increment),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.type)),
      [1, 'BadRequestData', 2],
    );
  });

  test('loses no update when two lanes write the same entities', async (_t, db) => {
    const tenant = freshTenant();
    const lanes = [createWriteLane(db), createWriteLane(db)];
    const ids = [1, 2, 3, 4, 5].map(id);
    await (lanes[0] as WriteLane).writeAll(
      tenant,
      ids.map((entityId) => ({ entityId, decide: create(entityId) })),
    );
    const rounds = Array.from({ length: 40 }, (_, n) => n);
    await Promise.all(
      lanes.map(async (lane) => {
        for (const _ of rounds) await Promise.all(ids.map((entityId) => lane.write(tenant, entityId, increment)));
      }),
    );
    const found = await stored(db, tenant);
    for (const entityId of ids) assert.equal(levelOf(found.get(entityId)), 80);
    const updates = (await histories(db, tenant)).filter(({ kind }) => kind === 'attributeUpdated');
    assert.equal(updates.length, 5 * 80);
  });

  test('a creation detects an entity that another process created first', async (_t, db) => {
    const tenant = freshTenant();
    const committed: EntityChange[] = [];
    const listener = {
      notificationsOf: () => [],
      committed: (changes: readonly EntityChange[]) => void committed.push(...changes),
    };
    await createWriteLane(db).write(tenant, 'urn:x:1', create('urn:x:1'));
    const outcome = createWriteLane(db, { listener }).write(tenant, 'urn:x:1', create('urn:x:1'));
    await assert.rejects(outcome, { type: 'AlreadyExists' });
    assert.deepEqual(committed, []);
    assert.equal((await histories(db, tenant)).length, 1);
  });

  test('sees changes of another process before it refuses', async (_t, db) => {
    const tenant = freshTenant();
    const [one, other] = [createWriteLane(db), createWriteLane(db)];
    await one.write(tenant, id(1), create(id(1)));
    await other.write(tenant, id(1), remove);
    assert.equal(await one.write(tenant, id(1), create(id(1))), 'created'); // although it remembers the first one
    await other.write(tenant, id(1), increment);
    assert.equal(await one.write(tenant, id(1), increment), 2);
  });

  test('commits outbox and history with their entity, or none of them', async (_t, db) => {
    const tenant = freshTenant();
    const { lane, committed, entries } = laneWithOutbox(db);
    const rival = createWriteLane(db);
    await rival.writeAll(
      tenant,
      [1, 2].map((n) => ({ entityId: id(n), decide: create(id(n)) })),
    );
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 3 ? lane : rival).write(tenant, id((n % 2) + 1), increment)),
    );
    const outboxRows = await db.query<{ id: string; payload: string }>({
      text: 'SELECT id, payload FROM outbox WHERE tenant = $1',
      values: [tenant],
    });
    assert.equal(committed.length, 40);
    assert.deepEqual(outboxRows.rows.map((row) => row.id).sort(), entries.map((entry) => entry.id).sort());
    const levels = committed.map(({ entityId, after }) => [entityId, levelOf(after)]).sort();
    const paid = outboxRows.rows.map((row) => JSON.parse(row.payload).level).sort((a, b) => a - b);
    assert.deepEqual(
      paid,
      levels.map(([, level]) => level as number).sort((a, b) => a - b),
    );
  });

  test('reports the changes of each committed write to the listener, in the order of the entity', async (_t, db) => {
    const tenant = freshTenant();
    const { lane, committed } = laneWithOutbox(db);
    await lane.write(tenant, id(1), create(id(1)));
    await Promise.all([lane.write(tenant, id(1), increment), lane.write(tenant, id(1), increment)]);
    await lane.write(tenant, id(1), remove);
    const seen = committed.map(({ before, after, attributes }) => [
      levelOf(before),
      levelOf(after),
      attributes.map(({ kind }) => kind).join(),
    ]);
    assert.deepEqual(seen, [
      [undefined, 0, 'attributeCreated'],
      [0, 1, 'attributeUpdated'],
      [1, 2, 'attributeUpdated'],
      [2, undefined, 'attributeDeleted'],
    ]);
  });

  test('treats an expired entity as absent, and reuses its row', async (_t, db) => {
    const tenant = freshTenant();
    let now = new Date('2026-05-01T00:00:00Z');
    const lane = createWriteLane(db, { now: () => now });
    const shortLived: Decide<string> = (before, at) => {
      if (before !== undefined) throw new NgsiLdError('AlreadyExists', id(1));
      return { after: { ...lamp(id(1), at), expiresAt: '2026-05-01T01:00:00.000Z' }, result: at };
    };
    await lane.write(tenant, id(1), shortLived);
    await assert.rejects(lane.write(tenant, id(1), shortLived), { type: 'AlreadyExists' });
    now = new Date('2026-05-01T01:00:00Z');
    await assert.rejects(lane.write(tenant, id(1), increment), { type: 'ResourceNotFound' });
    await lane.write(tenant, id(1), create(id(1)));
    assert.equal((await stored(db, tenant)).get(id(1))?.createdAt, '2026-05-01T01:00:00.000Z');
    assert.equal(await lane.write(tenant, id(1), increment), 1);
  });

  test('lets tenants take turns: thousands of writes of one do not delay that of another', async (_t, db) => {
    const lane = createWriteLane(db);
    const [busy, other] = [freshTenant(), freshTenant()];
    const writes = Array.from({ length: 2000 }, (_, n) => ({ entityId: id(n), decide: create(id(n)) }));
    let left = writes.length;
    const load = writes.map(({ entityId, decide }) => lane.write(busy, entityId, decide).then(() => left--));
    await lane.write(other, id(1), create(id(1)));
    assert.ok(left > 400, `${left} of ${writes.length} were still waiting`);
    await Promise.all(load);
    assert.equal((await stored(db, busy)).size, writes.length);
  });

  test('stores the location beside the document, made valid, and updates it', async (_t, db) => {
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    const where = async () =>
      (await db.query({ text: 'SELECT ST_AsText(location) AS at FROM entity WHERE tenant = $1', values: [tenant] }))
        .rows;
    const move =
      (geometry?: unknown): Decide<null> =>
      (_before, at) => ({ after: lamp(id(1), at, 0, geometry), result: null });
    await lane.write(tenant, id(1), move({ type: 'Point', coordinates: [6, 49] }));
    assert.deepEqual(await where(), [{ at: 'POINT(6 49)' }]);
    await lane.write(tenant, id(1), move({ type: 'Point', coordinates: [6, 50, 320] }));
    assert.deepEqual(await where(), [{ at: 'POINT(6 50)' }]);
    const bowTie = [
      [0, 0],
      [2, 2],
      [2, 0],
      [0, 2],
      [0, 0],
    ];
    await lane.write(tenant, id(1), move({ type: 'Polygon', coordinates: [bowTie] }));
    assert.match(String((await where())[0]?.at), /^MULTIPOLYGON/);
    await lane.write(tenant, id(1), move());
    assert.deepEqual(await where(), [{ at: null }]);
  });

  test('keeps observedAt and numbers of the history', async (_t, db) => {
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    const observedAt = '2020-02-29T10:00:00.000Z';
    await lane.write(tenant, id(1), (_before, at) => ({
      after: {
        ...lamp(id(1), at),
        attributes: {
          [LEVEL]: [
            { type: 'Property', value: 4.5, observedAt, createdAt: at, modifiedAt: at },
            { type: 'Property', value: 'x', datasetId: 'urn:d', createdAt: at, modifiedAt: at },
          ],
        },
      },
      result: null,
    }));
    const { rows } = await db.query<{ at: Date; modified_at: Date }>({
      text: 'SELECT dataset_id, at, modified_at, number, instance FROM evolution WHERE tenant = $1 ORDER BY dataset_id',
      values: [tenant],
    });
    const [first, second] = rows.map(({ at, modified_at, ...rest }) => ({ ...rest, late: at < modified_at, at }));
    assert.deepEqual(first?.at, new Date(observedAt));
    assert.deepEqual([first?.late, second?.late], [true, false]);
    assert.match(JSON.stringify(rows), /"number":4.5.*"dataset_id":"urn:d".*"number":null/);
  });

  test('a load makes room for those who ask beside it, and is done all the same', async (_t, db) => {
    const [busy, calm] = [freshTenant(), freshTenant()];
    const company = new Company();
    const statements: number[] = [];
    const lane = createWriteLane(db, {
      company,
      onBatch(entities) {
        statements.push(entities);
        company.seen(calm); // it goes on asking
      },
    });
    company.seen(calm);
    const ended: string[] = [];
    const writes = Array.from({ length: 200 }, (_, n) => ({ entityId: id(n), decide: create(id(n)) }));
    const load = lane.writeAll(busy, writes).then((outcomes) => {
      ended.push('load');
      return outcomes;
    });
    await lane.write(calm, id(1), create(id(1))).then(() => ended.push('calm'));
    const outcomes = await load;
    assert.deepEqual(ended, ['calm', 'load']);
    assert.ok(outcomes.every((outcome) => !('error' in outcome)));
    assert.equal((await stored(db, busy)).size, 200);
    assert.equal(Math.max(...statements), 12);
    // Alone again, it loads as fast as it can.
    statements.length = 0;
    await createWriteLane(db, { company: new Company(), onBatch: (entities) => statements.push(entities) }).writeAll(
      freshTenant(),
      writes,
    );
    assert.ok(Math.max(...statements) > 12, String(statements));
  });
});
