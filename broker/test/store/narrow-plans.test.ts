import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { systemCaller } from '../../src/access/caller.ts';
import type { Database, Statement } from '../../src/database/database.ts';
import { queryShown } from '../../src/entities/read/entity-queries.ts';
import { NarrowQueries } from '../../src/entities/read/fast/narrow-queries.ts';
import { attributeIndexes } from '../../src/indexes/attribute-indexes.ts';
import { IndexAdviser } from '../../src/indexes/index-adviser.ts';
import { indexName } from '../../src/indexes/index-adviser-statements.ts';
import type { NameExpander } from '../../src/model/names.ts';
import { parseQ } from '../../src/query/q/q-parser.ts';

const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';
const TYPE = 'https://example.org/PlannedLamp';

// A row of separate positions for each tenant.
const FILL = `
  INSERT INTO entity (tenant, id, types, document, shown, location, created_at, modified_at, version)
  SELECT $1, 'urn:ngsi-ld:PlannedLamp:' || n, ARRAY['${TYPE}'], '{"attributes": {}}', '{"id":"' || n || '"}',
    ST_SetSRID(ST_MakePoint(n / 1000.0, $2), 4326), now(), now(), 1
  FROM generate_series(1, $3::int) AS n`;

/** The same database, with a record of its statements. */
function watched(db: Database): { readonly db: Database; readonly asked: Statement[] } {
  const asked: Statement[] = [];
  const query = <Row>(statement: Statement) => {
    asked.push(statement);
    return db.query<Row>(statement);
  };
  return { db: { ...db, query }, asked };
}

/** The generic plan of the first narrow statement. */
async function genericPlan(db: Database, asked: readonly Statement[]): Promise<string> {
  const text = `EXPLAIN (GENERIC_PLAN) ${asked.find(({ text }) => text.startsWith('WITH'))?.text}`;
  const lines = await db.transaction(async (tx) => {
    // As on SSDs: with this setting PostgreSQL once preferred to read a whole tenant.
    await tx.query({ text: 'SET LOCAL random_page_cost = 1.1' });
    return (await tx.query<{ 'QUERY PLAN': string }>({ text })).rows;
  });
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

eachDatabase('The generic plan of a query near a position', (test) => {
  test('reads no index of a whole tenant, however many tenants and types there are', async (t, db) => {
    const tenants = [freshTenant(), freshTenant()];
    t.after(async () => {
      for (const table of ['entity', 'past_entity']) {
        await db.query({ text: `DELETE FROM ${table} WHERE tenant = ANY($1::text[])`, values: [tenants] });
      }
    });
    for (const [row, tenant] of tenants.entries()) {
      await db.query({ text: FILL, values: [tenant, row, 20_000] });
    }
    await db.query({ text: 'ANALYZE entity' });
    const { db: watchedDb, asked } = watched(db);
    const near = {
      kind: 'near',
      bound: 'max',
      metres: 300,
      reference: { type: 'Point', coordinates: [5, 0] },
      geoproperty: LOCATION,
    } as const;
    const types = { kind: 'anyOf', groups: [[TYPE]] } as const;
    const lamps = { selectors: [{ types }], geoQ: near, limit: 20, offset: 0, count: false };
    const found = await new NarrowQueries(watchedDb).texts(tenants[0] as string, lamps, new Date().toISOString());
    // A thousandth of a degree is 111 m.
    assert.deepEqual(
      JSON.parse(`[${found?.texts}]`),
      ['4998', '4999', '5000', '5001', '5002'].map((id) => ({ id })),
    );
    const plan = await genericPlan(db, asked);
    assert.match(plan, /entity_location/);
    assert.doesNotMatch(plan, /entity_pkey|entity_type|Seq Scan on entity/, plan);

    // An entity without a text does not change the plan for the others.
    const place = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5, 0] } };
    const forget = `UPDATE entity SET shown = NULL, document = $2::jsonb WHERE tenant = $1 AND id = 'urn:ngsi-ld:PlannedLamp:5000'`;
    await db.query({ text: forget, values: [tenants[0], { attributes: { [LOCATION]: [place] } }] });
    asked.length = 0;
    const shown = await queryShown(watchedDb, systemCaller(tenants[0] as string), lamps);
    assert.equal(shown.found.length, 5);
    assert.deepEqual(
      asked.map(({ text }) => text.startsWith('WITH hits')),
      [true, true],
    );
  });
});

const LEVEL = 'https://example.org/level';
const FILL_LEVELS = `
  INSERT INTO entity (tenant, id, types, document, shown, created_at, modified_at, version)
  SELECT $1, 'urn:ngsi-ld:PlannedLamp:' || n, ARRAY['${TYPE}'] || CASE WHEN n % 3000 = 0 THEN ARRAY['${TYPE}Too'] ELSE '{}' END,
    jsonb_build_object('attributes', jsonb_build_object('${LEVEL}', jsonb_build_array(jsonb_build_object('type', 'Property',
      'value', CASE WHEN n % 2500 = 0 THEN jsonb_build_array(n) ELSE to_jsonb(n) END)))),
    '{"id":"' || n || '"}', now(), now(), 1
  FROM generate_series(1, $2::int) AS n`;

eachDatabase('The generic plan of a q', (test) => {
  test('reads the index of the attribute, and the other rows only for values that it lacks', async (t, db) => {
    const [tenant, other] = [freshTenant(), freshTenant()];
    const of = { type: TYPE, attribute: LEVEL };
    const adviser = new IndexAdviser(db, { info() {}, warn: (_, message) => assert.fail(message) }, 'off');
    t.after(async () => {
      await adviser.drop(indexName(of));
      for (const table of ['entity', 'past_entity']) {
        await db.query({ text: `DELETE FROM ${table} WHERE tenant = ANY($1::text[])`, values: [[tenant, other]] });
      }
    });
    for (const each of [tenant, other]) await db.query({ text: FILL_LEVELS, values: [each, 6000] });
    await adviser.make(of);
    await adviser.idle();
    const { db: watchedDb, asked } = watched(db);
    await attributeIndexes(watchedDb).read();
    const names = { attribute: (term: string) => `https://example.org/${term}` } as NameExpander; // other members are not used
    const types = { kind: 'anyOf', groups: [[TYPE]] } as const;
    const levels = {
      selectors: [{ types }],
      q: parseQ('level>2997;level<3003', names),
      limit: 20,
      offset: 0,
      count: false,
    };
    const found = await new NarrowQueries(watchedDb).texts(tenant, levels, new Date().toISOString());
    assert.deepEqual(
      JSON.parse(`[${found?.texts}]`),
      ['2998', '2999', '3000', '3001', '3002'].map((id) => ({ id })),
    );
    const plan = await genericPlan(db, asked);
    for (const index of [`${indexName(of)}_value`, `${indexName(of)}_rest`, 'entity_several_types_id']) {
      assert.match(plan, new RegExp(`Scan (using|on) ${index}`), plan);
    }
    assert.doesNotMatch(plan, /entity_pkey|entity_type|Seq Scan on entity/, plan);
  });
});
