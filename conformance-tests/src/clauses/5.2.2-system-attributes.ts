import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { at, expectBody, expectSame, expectThat, memberOf } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';
import { aDateTime } from '../same.ts';

const TIMES = { createdAt: aDateTime, modifiedAt: aDateTime };

export const systemAttributes = clause('5.2.2', 'Times kept by the broker', ({ test }) => {
  test('are shown only with sysAttrs, on entities, attributes and sub-attributes', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1, { b: property(2) }) });
    expectBody(await broker.get(entityPath(id)), { id, type, a: property(1, { b: property(2) }) });
    const expected = { id, type, ...TIMES, a: property(1, { ...TIMES, b: property(2, TIMES) }) };
    const query = { options: 'sysAttrs' };
    expectBody(await broker.get(entityPath(id), { query }), expected);
    expectBody(await broker.get('/entities', { query: { ...query, type } }), [expected]);
  });

  test('are shown in concise form too', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    for (const query of [{ options: 'sysAttrs,concise' }, { options: 'sysAttrs', format: 'concise' }]) {
      expectBody(await broker.get(entityPath(id), { query }), {
        id,
        type: 'Building',
        ...TIMES,
        a: { value: 1, ...TIMES },
      });
    }
  });

  test('are ignored when a client sends them', async (broker) => {
    const old = '2001-01-01T00:00:00Z';
    const sent = { createdAt: old, modifiedAt: old };
    const id = await broker.create({ type: 'Building', ...sent, a: property(1, sent) });
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
    const read = await broker.read(id, { query: { options: 'sysAttrs' } });
    for (const place of [read, read.a]) {
      expectThat(String(memberOf(place, 'createdAt')) > '2020', 'a createdAt of today', broker.last as never);
    }
  });

  test('change with the content: modifiedAt changes and createdAt stays', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1), b: property(1) });
    const read = () => broker.read(id, { query: { options: 'sysAttrs' } });
    const before = await read();
    await broker.patch(`${entityPath(id)}/attrs`, { a: property(2) });
    const after = await read();
    const answer = broker.last as never;
    expectSame([after.createdAt, at(after, 'a', 'createdAt')], [before.createdAt, at(before, 'a', 'createdAt')]);
    expectThat(String(after.modifiedAt) > String(before.modifiedAt), 'a later modifiedAt of the entity', answer);
    const [was, is] = [at(before, 'a', 'modifiedAt'), at(after, 'a', 'modifiedAt')];
    expectThat(String(is) > String(was), 'a later modifiedAt of a', answer);
    expectSame(after.b, before.b);
  });

  test('keep createdAt when an entity is replaced', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const read = () => broker.read(id, { query: { options: 'sysAttrs' } });
    const before = await read();
    await broker.put(entityPath(id), { id, type: 'Building', a: property(2) });
    expectSame((await read()).createdAt, before.createdAt);
  });
});
