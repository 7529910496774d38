import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas/contexts';
import { systemCaller } from '../../src/access/caller.ts';
import type { Database } from '../../src/database/database.ts';
import { SqlParameters } from '../../src/database/sql-parameters.ts';
import { queryEntities, queryShown } from '../../src/entities/read/entity-queries.ts';
import { NarrowQueries } from '../../src/entities/read/fast/narrow-queries.ts';
import { entityBranches, entityCondition } from '../../src/entities/read/q-sql/entity-condition.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { attributeIndexes } from '../../src/indexes/attribute-indexes.ts';
import { IndexAdviser } from '../../src/indexes/index-adviser.ts';
import type { Entity } from '../../src/model/entity.ts';
import type { EntityFilter } from '../../src/query/entity-query.ts';
import { parseGeoQuery } from '../../src/query/geo/geo-query.ts';
import { matchesEntity } from '../../src/query/match-entity.ts';
import { parsePattern } from '../../src/query/pattern.ts';
import { parseQ } from '../../src/query/q/q-parser.ts';
import { parseScopeQuery } from '../../src/query/scope/scope-query.ts';
import { parseTypeSelection } from '../../src/query/type-selection.ts';
import { ATTRIBUTES, Generator } from './generate.ts';
import { iri, names } from './names.ts';

const AT = '2026-06-01T00:00:00.000Z';
const ENTITIES = 150;

interface World {
  readonly tenant: string;
  readonly entities: ReadonlyMap<string, Entity>;
}

const worlds = new WeakMap<Database, Promise<World>>();

function worldOf(db: Database): Promise<World> {
  const world = worlds.get(db) ?? populate(db);
  worlds.set(db, world);
  return world;
}

async function populate(db: Database): Promise<World> {
  const generator = new Generator(2026);
  const tenant = freshTenant();
  const entities = Array.from({ length: ENTITIES }, (_, index) => generator.entity(index));
  const lane = createWriteLane(db);
  const outcomes = await lane.writeAll(
    tenant,
    entities.map((entity) => ({ entityId: entity.id, decide: () => ({ after: entity, result: undefined }) })),
  );
  for (const outcome of outcomes) assert.ok('result' in outcome, JSON.stringify(outcome));
  return { tenant, entities: new Map(entities.map((entity) => [entity.id, entity])) };
}

async function inBranches(db: Database, tenant: string, filter: EntityFilter): Promise<string[]> {
  const params = new SqlParameters([tenant]);
  const { conditions } = entityBranches(filter, params, { at: AT });
  const text = conditions.map((condition) => `SELECT id FROM entity WHERE tenant = $1 AND ${condition}`);
  const { rows } = await db.query<{ id: string }>({ text: text.join(' UNION ALL '), values: params.values });
  return rows.map(({ id }) => id).sort();
}

/** By the indexes of one type, if one can be used; counts those that found all of `expected`. */
let narrow = 0;
let shownByText = 0;

async function agreesByIndex(db: Database, tenant: string, filter: EntityFilter, expected: readonly string[]) {
  const query = { ...filter, limit: 1000, offset: 0, count: true };
  const page = await new NarrowQueries(db).page(tenant, query, AT, 'document');
  if (page === undefined) return;
  narrow++;
  const ids = page.documents.map(({ entity }) => entity.id);
  assert.deepEqual([ids, page.count], [expected, expected.length]);
  const second = await new NarrowQueries(db).page(tenant, { ...query, limit: 3, offset: 2 }, AT, 'document');
  const few = second?.documents.map(({ entity }) => entity.id);
  assert.deepEqual([few, second?.count], [expected.slice(2, 5), expected.length]);
  const third = await new NarrowQueries(db).texts(tenant, { ...query, limit: 3, offset: 2 }, AT);
  const idsOf = (texts: string) => (JSON.parse(`[${texts}]`) as { id: string }[]).map(({ id }) => id);
  if (third?.texts !== undefined) {
    shownByText++;
    assert.deepEqual([idsOf(third.texts), third.count], [expected.slice(2, 5), expected.length]);
  }
  const fourth = await new NarrowQueries(db).texts(tenant, { ...query, limit: 3, offset: 2, count: false }, AT);
  if (fourth?.texts === undefined) return; // one of them has an expired part
  assert.deepEqual([idsOf(fourth.texts), fourth.count > 5], [expected.slice(2, 5), expected.length > 5]);
}

async function agree(db: Database, filter: EntityFilter, text: string): Promise<number> {
  const { tenant, entities } = await worldOf(db);
  const params = new SqlParameters([tenant]);
  const condition = entityCondition(filter, params, { at: AT });
  const { rows } = await db.query<{ id: string }>({
    text: `SELECT id FROM entity WHERE tenant = $1 AND ${condition}`,
    values: params.values,
  });
  const inSql = new Set(rows.map(({ id }) => id));
  assert.deepEqual(await inBranches(db, tenant, filter), [...inSql].sort(), `the branches differ for ${text}`);
  await agreesByIndex(db, tenant, filter, [...inSql].sort());
  const options = { at: AT, linked: (id: string) => entities.get(id) };
  for (const entity of entities.values()) {
    const inMemory = matchesEntity(filter, entity, options);
    assert.equal(
      inSql.has(entity.id),
      inMemory,
      `SQL differs from memory (${inMemory}) for ${text} on ${JSON.stringify(entity)}`,
    );
  }
  return inSql.size;
}

/** Evaluates random queries both ways and compares the results; some must match and some must not. */
async function agreeOnMany(
  db: Database,
  seed: number,
  count: number,
  draw: (generator: Generator) => [EntityFilter, string],
) {
  const generator = new Generator(seed);
  let matched = 0;
  for (let index = 0; index < count; index++) {
    const [filter, text] = draw(generator);
    matched += await agree(db, filter, text);
  }
  assert.ok(matched > 0 && matched < count * ENTITIES, `${matched} matches of ${count} queries`);
}

/** Another run with the same database has created it. */
function isThere(error: unknown): void {
  assert.equal((error as Error).name, 'AlreadyExists');
}

eachDatabase('The same entities match in memory and in SQL', (test) => {
  test('q', (_t, db) =>
    agreeOnMany(db, 1, 400, (generator) => {
      const text = generator.q();
      return [{ q: parseQ(text, names) }, text];
    }));

  test('q of one type, by the indexes of its attributes', async (_t, db) => {
    const adviser = new IndexAdviser(db, { info() {}, warn: assert.fail }, 'advise');
    for (const attribute of ATTRIBUTES.map(iri)) await adviser.make({ type: iri('Lamp'), attribute }).catch(isThere);
    await adviser.idle();
    narrow = 0;
    shownByText = 0;
    await agreeOnMany(db, 6, 400, (generator) => {
      const texts = [generator.q(1), generator.q(1)].slice(0, generator.chance(0.5) ? 1 : 2);
      const selectors = [{ types: parseTypeSelection('Lamp', names) }];
      const place = generator.chance(0.2) && { type: 'Point', coordinates: [6, 49.6] };
      const parameters = place && { georel: 'near;maxDistance==30000', geometry: 'Point', coordinates: '[6,49.6]' };
      const geoQ = parameters && parseGeoQuery(parameters, names);
      return [{ selectors, q: parseQ(texts.join(';'), names), ...(geoQ && { geoQ }) }, texts.join(';')];
    });
    await adviser.close();
    assert.ok(narrow > 100, `${narrow} queries went by an index`);
    assert.ok(shownByText > 10, `${shownByText} of their pages were texts`);
  });

  test('q of one type of which no attribute has an index', async (_t, db) => {
    await attributeIndexes(db).read();
    const { tenant, entities } = await worldOf(db);
    const generator = new Generator(7);
    const selectors = [{ types: parseTypeSelection('Bin', names) }];
    const [hits, texts] = [new Set<string>(), new Set<string>()];
    for (let index = 0; index < 400; index++) {
      const text = [generator.q(1), generator.q(1)].slice(0, generator.chance(0.5) ? 1 : 2).join(';');
      const query = { selectors, q: parseQ(text, names), limit: 100, offset: 0, count: false };
      const at = new Date().toISOString();
      const expected = [...entities.values()].filter((entity) => matchesEntity(query, entity, { at }));
      const ids = expected.map(({ id }) => id).sort();
      const page = await queryEntities(db, systemCaller(tenant), query);
      assert.deepEqual(
        page.entities.map(({ id }) => id),
        ids.slice(0, 100),
        text,
      );
      const { found } = await queryShown(db, systemCaller(tenant), query);
      const shown: { id: string }[] =
        typeof found === 'string'
          ? JSON.parse(`[${found}]`)
          : found.map((each) => (each.shown === undefined ? each.entity : JSON.parse(each.shown)));
      assert.deepEqual(
        shown.map(({ id }) => id),
        ids.slice(0, 100),
        text,
      );
      for (const id of ids) hits.add(id);
      if (typeof found === 'string' && found !== '') texts.add(text);
    }
    assert.ok(hits.size > 50 && texts.size > 10, `${hits.size} entities were hits, ${texts.size} pages were texts`);
  });

  test('q of a value whose text is another', async (_t, db) => {
    await attributeIndexes(db).read();
    const tenant = freshTenant();
    const values = [`${DEFAULT_VOCABULARY}red`, 'http://purl.org/dc/terms/description', 'a "b\\" \n é 😀', 'urn:a:1'];
    const entities = values.map((value, index): Entity => {
      const of = (type: 'Property' | 'VocabProperty') => ({ type, value, createdAt: AT, modifiedAt: AT });
      const attributes = { [iri('level')]: [of(index < 2 ? 'VocabProperty' : 'Property')] };
      return { id: `urn:ngsi-ld:Bin:${index}`, types: [iri('Bin')], createdAt: AT, modifiedAt: AT, attributes };
    });
    const outcomes = await createWriteLane(db).writeAll(
      tenant,
      entities.map((after) => ({ entityId: after.id, decide: () => ({ after, result: undefined }) })),
    );
    for (const outcome of outcomes) assert.ok('result' in outcome, JSON.stringify(outcome));
    const selectors = [{ types: parseTypeSelection('Bin', names) }];
    const path = { kind: 'value', names: [iri('level')], members: [] } as const;
    for (const [index, value] of values.entries()) {
      const operand = { kind: 'values', values: [{ kind: 'string', value }] } as const;
      const q = { kind: 'term', path, test: { kind: 'equal', operand } } as const;
      const { found } = await queryShown(db, systemCaller(tenant), {
        selectors,
        q,
        limit: 10,
        offset: 0,
        count: false,
      });
      assert.ok(typeof found === 'string');
      assert.deepEqual(
        JSON.parse(`[${found}]`).map(({ id }: { id: string }) => id),
        [`urn:ngsi-ld:Bin:${index}`],
        value,
      );
    }
  });

  test('q through linked entities', (_t, db) =>
    agreeOnMany(db, 2, 60, (generator) => {
      const text = generator.linkedQ();
      return [{ q: parseQ(text, names) }, text];
    }));

  test('type selection, ids, idPattern and attrs', (_t, db) =>
    agreeOnMany(db, 3, 60, (generator) => {
      const types = generator.types();
      const pattern = generator.pick(['^urn:ngsi-ld:Lamp', '1\\d$', '[02468]$']);
      const selectors = [
        { types: parseTypeSelection(types, names) },
        { types: parseTypeSelection(generator.types(), names), idPattern: parsePattern(pattern, 'idPattern') },
        { ids: ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Bin:2', 'urn:ngsi-ld:Bin:11'] },
      ];
      const filter = {
        selectors: generator.some(selectors, 2),
        ...(generator.chance(0.5) && { attrs: generator.some(ATTRIBUTES, 2).map(iri) }),
      };
      return [filter, `${types} ${pattern}`];
    }));

  test('scopeQ', (_t, db) =>
    agreeOnMany(db, 4, 60, (generator) => {
      const text = generator.scopeQ();
      return [{ scopeQ: parseScopeQuery(text) }, text];
    }));

  test('geoquery', (_t, db) =>
    agreeOnMany(db, 5, 200, (generator) => {
      const { type, coordinates } = generator.geometry();
      const parameters = {
        georel: generator.georel(),
        geometry: type,
        coordinates: JSON.stringify(coordinates),
        geoproperty: generator.pick([undefined, 'observationSpace']),
      };
      const geoQ = parseGeoQuery(parameters, names);
      assert.ok(geoQ);
      return [{ geoQ }, JSON.stringify(parameters)];
    }));
});
