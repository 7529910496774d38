import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { Generator } from '../query/generate.ts';
import { eachDatabase } from '../support/index.ts';
import { type Member, startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

type Document = Record<string, unknown>;

/** FLEET_QUERIES tries more. */
const QUERIES = Number(process.env.FLEET_QUERIES ?? 30);
const SEED = Number(process.env.FLEET_SEED ?? 0);

const READS = ['retrieveTemporal', 'queryTemporal'];
const WRITES = [
  'upsertTemporal',
  'appendAttrsTemporal',
  'deleteAttrsTemporal',
  'updateAttrInstanceTemporal',
  'deleteAttrInstanceTemporal',
  'deleteTemporal',
];
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-01T00:00:00Z');

const timeAt = (hour: number) => new Date(START + hour * HOUR_MS).toISOString().replace('.000Z', 'Z');
const id = (number: number) => `urn:ngsi-ld:Lamp:${number}`;

function instance(hour: number, value: unknown, datasetId?: string): Document {
  return { type: 'Property', value, observedAt: timeAt(hour), ...(datasetId && { datasetId }) };
}

/** The temporal evolution of a lamp, without a member's own data. */
function shown({ id: entityId, type, ...attributes }: Document): Document {
  const inOrder = (instances: unknown) =>
    [instances]
      .flat()
      .map((each) => {
        const { instanceId: _instanceId, ...others } = each as Document;
        return others;
      })
      .map((each) => JSON.stringify(each, Object.keys(each).sort()))
      .sort();
  const names = Object.keys(attributes).sort();
  return { id: entityId, type, ...Object.fromEntries(names.map((name) => [name, inOrder(attributes[name])])) };
}

async function evolve(member: Member, entities: readonly Document[]): Promise<void> {
  for (const entity of entities) {
    const { status, body } = await member.ask('POST', '/temporal/entities?local=true', entity);
    assert.ok(status === 201 || status === 204, JSON.stringify(body));
  }
}

/** Random evolutions of lamps, split into two parts by entity, by attribute or by time. */
function drawn(generator: Generator, count: number): { whole: Document; parts: [Document, Document] }[] {
  return Array.from({ length: count }, (_, number) => {
    const whole: Document = { id: id(number), type: 'Lamp' };
    const parts: [Document, Document] = [{ ...whole }, { ...whole }];
    const way = generator.pick(['entity', 'attribute', 'time']);
    for (const name of generator.some(['power', 'note', 'colour'], 3)) {
      const hours = Array.from({ length: 12 }, (_, hour) => hour).filter(() => generator.chance(0.5));
      const instances = hours.map((hour) => {
        const value = name === 'power' ? hour * (number + 1) : generator.pick(['a', 'b', 'c']);
        return instance(hour, value, generator.chance(0.3) ? 'urn:ngsi-ld:Dataset:b' : undefined);
      });
      if (instances.length === 0) continue;
      whole[name] = instances;
      const place = way === 'entity' ? number % 2 : name === 'power' ? 0 : 1;
      const [here, there] =
        way === 'time'
          ? [instances.filter((_, index) => index % 2 === 0), instances.filter((_, index) => index % 2 === 1)]
          : place === 0
            ? [instances, []]
            : [[], instances];
      if (here.length > 0) parts[0][name] = here;
      if (there.length > 0) parts[1][name] = there;
    }
    return { whole, parts };
  });
}

interface World {
  readonly alone: Member;
  readonly fleet: Member;
  readonly other: Member;
}

async function worldOf(t: TestContext, db: Database, seed: number): Promise<World> {
  const [alone, fleet, other] = [await startMember(t, db), await startMember(t, db), await startMember(t, db)];
  const hasAny = (entity: Document) => Object.keys(entity).length > 2;
  const all = drawn(new Generator(seed), 20).filter(({ whole }) => hasAny(whole));
  await evolve(
    alone,
    all.map(({ whole }) => whole),
  );
  for (const [place, member] of [fleet, other].entries()) {
    await evolve(member, all.map(({ parts }) => parts[place] as Document).filter(hasAny));
  }
  await fleet.register({ ...other.source, operations: READS });
  return { alone, fleet, other };
}

function draw(generator: Generator): { path: string; isSplit: boolean } {
  const query: Record<string, string> = { type: 'Lamp' };
  const timerel = generator.pick(['before', 'after', 'between']);
  query.timerel = timerel;
  query.timeAt = timeAt(generator.pick([0, 2, 5, 9]));
  if (timerel === 'between') query.endTimeAt = timeAt(generator.pick([9, 11, 12]));
  if (generator.chance(0.3)) query.lastN = generator.pick(['1', '2', '5']);
  if (generator.chance(0.4)) query.q = generator.pick(['power>20', 'note=="a"', 'power>5;colour=="b"', 'colour']);
  if (generator.chance(0.2)) query.attrs = generator.pick(['power', 'note,colour']);
  if (generator.chance(0.2)) query.datasetId = generator.pick(['urn:ngsi-ld:Dataset:b', '@none']);
  if (generator.chance(0.2)) query.idPattern = '[02468]$';
  query.limit = generator.pick(['3', '100']);
  if (generator.chance(0.3)) query.offset = generator.pick(['1', '4']);
  if (generator.chance(0.3)) query.count = 'true';
  if (generator.chance(0.2)) Object.assign(query, { format: 'aggregatedValues', aggrPeriodDuration: 'PT4H' });
  if (query.format) query.aggrMethods = generator.pick(['totalCount', 'distinctCount,totalCount']);
  else if (generator.chance(0.2)) query.format = 'temporalValues';
  return { path: `/temporal/entities?${new URLSearchParams(query)}`, isSplit: true };
}

eachDatabase('5.7.4 Two brokers with an inclusive split of histories answer as one that has everything', (test) => {
  test('to queries of many kinds, and of each entity', async (t, db) => {
    const { alone, fleet } = await worldOf(t, db, 31 + SEED);
    const generator = new Generator(32 + SEED);
    let found = 0;
    for (let index = 0; index < QUERIES; index++) {
      const { path } = draw(generator);
      const [one, many] = [await alone.ask('GET', path), await fleet.ask('GET', `${path}&splitEntities=true`)];
      assert.equal(many.status, one.status, `${path} ${JSON.stringify(many.body)}`);
      assert.deepEqual(many.body.map(shown), one.body.map(shown), path);
      for (const header of ['ngsild-results-count', 'content-range', 'ngsild-warning']) {
        assert.equal(many.headers.get(header), one.headers.get(header), path);
      }
      found += one.body.length;
    }
    assert.ok(found > QUERIES / 3, `${found} found`);
    for (let number = 0; number < 20; number++) {
      for (const parameters of ['', '?lastN=2', '?timerel=after&timeAt=2026-03-01T04:00:00Z&attrs=power']) {
        const path = `/temporal/entities/${id(number)}${parameters}`;
        const [one, many] = [await alone.ask('GET', path), await fleet.ask('GET', path)];
        assert.equal(many.status, one.status, path);
        if (one.status === 200) assert.deepEqual(shown(many.body), shown(one.body), path);
      }
    }
  });

  test('if an answer is truncated, in each part and for all parts together', async (t, db) => {
    const [alone, fleet, other] = [await startMember(t, db), await startMember(t, db), await startMember(t, db)];
    const hours = Array.from({ length: 90 }, (_, hour) => hour);
    const evolution = (kept: number[]) => ({
      id: id(1),
      type: 'Lamp',
      power: kept.map((hour) => instance(hour, hour)),
    });
    await evolve(alone, [evolution(hours)]);
    await evolve(fleet, [evolution(hours.filter((hour) => hour % 3 === 0))]);
    await evolve(other, [evolution(hours.filter((hour) => hour % 3 !== 0))]);
    await fleet.register({ ...other.source, operations: READS });
    let [timeFrom, total] = [timeAt(0), 0];
    for (let part = 0; part < 10; part++) {
      const path = `/temporal/entities/${id(1)}?timerel=after&timeAt=${timeFrom}`;
      const { status, headers, body } = await fleet.ask('GET', path);
      if (status === 404) break;
      total += body.power.length;
      if (status === 200) break;
      assert.equal(status, 206);
      const end = /Z-(\S+Z)\/\*$/.exec(String(headers.get('content-range')))?.[1] ?? '';
      timeFrom = new Date(Date.parse(end) + 1).toISOString();
    }
    assert.equal(total, 90);
    const aggregates = '?timerel=after&timeAt=2026-03-01T00:00:00Z&format=aggregatedValues&aggrMethods=sum,max';
    const [one, many] = [
      await alone.ask('GET', `/temporal/entities/${id(1)}${aggregates}`),
      await fleet.ask('GET', `/temporal/entities/${id(1)}${aggregates}`),
    ];
    assert.deepEqual(many.body, one.body);
    assert.equal(many.body.power.sum[0][0], (89 * 90) / 2);
  });
});

eachDatabase('5.6.11 Temporal evolutions are written where they belong', (test) => {
  test('locally and at inclusive sources, or at the one that has them exclusively', async (t, db) => {
    const [first, other, third] = [await startMember(t, db), await startMember(t, db), await startMember(t, db)];
    await first.register({ ...other.source, operations: [...READS, ...WRITES] });
    const lamp = { id: id(1), type: 'Lamp', power: [instance(1, 1), instance(2, 2)] };
    const made = await first.ask('POST', '/temporal/entities', lamp);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const path = `/temporal/entities/${id(1)}`;
    for (const member of [first, other]) {
      assert.equal((await member.ask('GET', `${path}?local=true`)).body.power.length, 2);
    }
    // An instance that both have is returned once.
    assert.equal((await first.ask('GET', path)).body.power.length, 2);
    assert.equal((await first.ask('POST', `${path}/attrs`, { note: [instance(3, 'n')] })).status, 204);
    assert.equal((await other.ask('GET', `${path}?local=true`)).body.note.length, 1);
    assert.equal((await first.ask('DELETE', `${path}/attrs/note`)).status, 204);
    assert.equal((await other.ask('GET', `${path}?local=true`)).body.note, undefined);

    // An instance id is known only where it is stored.
    const { instanceId } = (await other.ask('GET', `${path}?local=true`)).body.power[0];
    const changed = await first.ask('PATCH', `${path}/attrs/power/${instanceId}`, { power: instance(1, 100) });
    assert.deepEqual(changed.body?.notUpdated?.length ?? 0, changed.status === 207 ? 1 : 0);
    assert.equal((await other.ask('GET', `${path}?local=true`)).body.power[0].value, 100);
    assert.equal((await first.ask('DELETE', path)).status, 204);
    assert.equal((await other.ask('GET', `${path}?local=true`)).status, 404);

    const information = [{ entities: [{ type: 'Bin', id: 'urn:ngsi-ld:Bin:1' }], propertyNames: ['level'] }];
    const exclusive = { ...third.source, mode: 'exclusive', information, operations: [...READS, 'upsertTemporal'] };
    await first.register(exclusive);
    const bin = { id: 'urn:ngsi-ld:Bin:1', type: 'Bin', level: [instance(1, 1)], name: [instance(1, 'b')] };
    assert.equal((await first.ask('POST', '/temporal/entities', bin)).status, 201);
    const binPath = '/temporal/entities/urn:ngsi-ld:Bin:1';
    assert.deepEqual(Object.keys((await first.ask('GET', `${binPath}?local=true`)).body), ['id', 'type', 'name']);
    assert.deepEqual(Object.keys((await first.ask('GET', binPath)).body).sort(), ['id', 'level', 'name', 'type']);
    // Not registered for that operation, although it has the data exclusively.
    assert.equal((await first.ask('DELETE', `${binPath}/attrs/level`)).status, 409);
  });

  test('and a failing source is named; one with another period is not called', async (t, db) => {
    const [first, other] = [await startMember(t, db), await startMember(t, db)];
    const hanging = await startOtherSource(t);
    hanging.hang(true);
    await evolve(first, [{ id: id(1), type: 'Lamp', power: [instance(1, 1)] }]);
    await evolve(other, [{ id: id(1), type: 'Lamp', power: [instance(2, 2)] }]);
    await first.register({ endpoint: hanging.endpoint, operations: READS, management: { timeout: 100 } });
    const observationInterval = { startAt: timeAt(0), endAt: timeAt(6) };
    await first.register({ ...other.source, operations: READS, observationInterval });
    const path = (hour: number) => `/temporal/entities?type=Lamp&timerel=before&timeAt=${timeAt(hour)}`;
    const { status, headers, body } = await first.ask('GET', path(5));
    assert.equal(status, 200);
    assert.equal(body[0].power.length, 2);
    assert.match(String(headers.get('ngsild-warning')), /^199 alzette-\w+ "source http.*no answer within/);
    const later = await first.ask('GET', `/temporal/entities/${id(1)}?timerel=after&timeAt=${timeAt(8)}`);
    assert.equal(later.status, 404);
    assert.match(String(later.headers.get('ngsild-warning')), /^199/);
  });
});

eachDatabase('5.5.14 An entity map records which sources have a part of an entity', (test) => {
  test('that is retrieved, and of temporal evolutions', async (t, db) => {
    const [first, other] = [await startMember(t, db), await startMember(t, db)];
    const registration = await first.register({ ...other.source, operations: ['retrieveEntity', ...READS] });
    for (const number of [1, 2]) {
      await first.ask('POST', '/entities', { id: id(number), type: 'Lamp', power: instance(1, 1) });
      await other.ask('POST', '/entities', { id: id(number), type: 'Lamp', note: instance(2, 'n') });
    }
    const within = 'timerel=after&timeAt=2026-01-01T00:00:00Z';
    for (const path of [`/entities/${id(1)}?`, `/temporal/entities/${id(1)}?${within}&`]) {
      const { status, headers, body } = await first.ask('GET', `${path}entityMap=true`);
      assert.deepEqual([status, Object.keys(body).sort()], [200, ['id', 'note', 'power', 'type']]);
      const reference = String(headers.get('ngsild-entitymap'));
      const map = (await first.ask('GET', reference.slice('/ngsi-ld/v1'.length))).body;
      assert.deepEqual(map.entityMap, { [id(1)]: ['@none', registration] });
      const again = await first.ask('GET', path, undefined, { 'NGSILD-EntityMap': reference });
      assert.deepEqual([again.headers.get('ngsild-entitymap'), again.body.note?.length !== 0], [reference, true]);
      const dead = await first.ask('GET', path, undefined, { 'NGSILD-EntityMap': 'urn:ngsi-ld:entitymap:dead' });
      assert.notEqual(
        dead.headers.get('ngsild-entitymap') ?? 'urn:ngsi-ld:entitymap:dead',
        'urn:ngsi-ld:entitymap:dead',
      );
    }
    const query = `/temporal/entities?type=Lamp&${within}`;
    const begun = await first.ask('GET', `${query}&id=${id(1)}&entityMap=true`);
    assert.equal(begun.status, 201);
    const headers = { 'NGSILD-EntityMap': String(begun.headers.get('ngsild-entitymap')) };
    const next = await first.ask('GET', query, undefined, headers);
    assert.deepEqual([next.status, next.body.map((entity: Document) => entity.id)], [200, [id(1)]]);
    assert.equal((await first.ask('GET', query)).body.length, 2);
    const made = await first.ask('GET', `/temporal/entityMaps?type=Lamp&${within}`);
    assert.deepEqual(made.body.entityMap[id(2)], ['@none', registration]);
  });
});
