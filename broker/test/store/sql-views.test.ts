import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import pg from 'pg';
import type { Database } from '../../src/database/database.ts';
import { dropReader, readers, setReader } from '../../src/sql-views/sql-readers.ts';
import { refreshViews } from '../../src/sql-views/sql-view-registry.ts';
import { startTemporalBroker } from '../temporal/temporal-broker.ts';

const measured = (value: unknown, observedAt: string) => ({ type: 'Property', value, observedAt });
const point = (longitude: number, latitude: number) => ({
  type: 'GeoProperty',
  value: { type: 'Point', coordinates: [longitude, latitude] },
});

/** A new type, because tests share the database and its views. */
const freshType = () => `Lamp${randomUUID().slice(0, 8).replaceAll('-', '')}`;

async function rows(db: Database, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await db.query({ text, values })).rows;
}

async function viewOf(db: Database, type: string): Promise<string> {
  for (;;) {
    const [found] = await rows(db, 'SELECT DISTINCT view_name FROM ngsi.catalogue WHERE type = $1', [type]);
    if (found) return String(found.view_name);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the type's view has the column. */
async function column(db: Database, type: string, attribute: string): Promise<string> {
  for (;;) {
    const [found] = await rows(db, 'SELECT column_name FROM ngsi.catalogue WHERE type = $1 AND attribute = $2', [
      type,
      attribute,
    ]);
    if (found) return String(found.column_name);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

eachHistoryDatabase('SQL views', (test, database) => {
  test('show entities of a type with a column for each attribute', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const id = 'urn:ngsi-ld:Lamp:1';
    const created = await ask('POST', '/entities', {
      id,
      type,
      scope: '/Audun/Nord',
      location: point(5.95, 49.47),
      powerConsumption: measured(41.5, '2026-01-01T00:00:00Z'),
      isOn: { type: 'Property', value: true },
      name: { type: 'LanguageProperty', languageMap: { fr: 'Rue', de: 'Strasse' } },
      status: { type: 'Property', value: 'ok' },
      foot: point(5.96, 49.48),
      refCabinet: { type: 'Relationship', object: 'urn:ngsi-ld:Cabinet:1' },
      id_: { type: 'Property', value: [1, 2] },
      level: [measured(1, '2026-01-01T00:00:00Z'), { ...measured(2, '2026-01-01T00:00:00Z'), datasetId: 'urn:d:1' }],
    });
    assert.equal(created.statusCode, 201, created.body);
    await column(db, type, 'powerConsumption');
    const view = await viewOf(db, type);
    assert.equal(view, `current_lamp${type.slice(4)}`);

    const [row] = await rows(
      db,
      `SELECT tenant, id, scopes, ST_AsText(location) AS location, power_consumption, is_on, name ->> 'de' AS name, status,
         ST_AsText(foot) AS foot, ref_cabinet, level, id_2 ->> 1 AS second FROM ngsi.${view} WHERE tenant = $1`,
      [tenant],
    );
    assert.deepEqual(row, {
      tenant,
      id,
      scopes: ['/Audun/Nord'],
      location: 'POINT(5.95 49.47)',
      power_consumption: 41.5,
      is_on: true,
      name: 'Strasse',
      status: 'ok',
      foot: 'POINT(5.96 49.48)',
      ref_cabinet: 'urn:ngsi-ld:Cabinet:1',
      level: 1,
      second: '2',
    });
    const geometries = await rows(
      db,
      `SELECT f_geometry_column AS name, srid FROM geometry_columns WHERE f_table_schema = 'ngsi' AND f_table_name = $1`,
      [view],
    );
    assert.deepEqual(
      geometries.sort((a, b) => String(a.name).localeCompare(String(b.name))),
      [
        { name: 'foot', srid: 4326 },
        { name: 'location', srid: 4326 },
      ],
    );
  });

  test('gain a column when an attribute is new, and show NULL for values of another kind', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    await ask('POST', '/entities', { id: 'urn:a:1', type, level: measured(1, '2026-01-01T00:00:00Z') });
    await column(db, type, 'level');
    await ask('POST', '/entities', { id: 'urn:a:2', type, level: measured('high', '2026-01-01T00:00:00Z') });
    await ask('POST', '/entities/urn:a:1/attrs', {
      height: { type: 'Property', value: 8, expiresAt: '2126-01-01T00:00:00Z' },
    });
    await column(db, type, 'height');
    assert.deepEqual(
      await rows(db, `SELECT id, level, height FROM ngsi.${await viewOf(db, type)} WHERE tenant = $1 ORDER BY id`, [
        tenant,
      ]),
      [
        { id: 'urn:a:1', level: 1, height: 8 },
        { id: 'urn:a:2', level: null, height: null },
      ],
    );
  });

  test('show the history by the short name of an attribute, with value, unit and location', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const id = 'urn:a:1';
    const power = { ...measured(5, '2026-01-01T00:00:00Z'), unitCode: 'WTT' };
    await ask('POST', '/entities', { id, type, scope: '/nord', power, name: { type: 'Property', value: 'Rue' } });
    await ask('PATCH', `/entities/${id}/attrs`, { power: { ...power, value: 7, observedAt: '2026-01-02T00:00:00Z' } });
    await ask('POST', `/entities/${id}/attrs`, { place: { ...point(6, 49), observedAt: '2026-01-03T00:00:00Z' } });
    await ask('DELETE', `/entities/${id}/attrs/power`);
    await column(db, type, 'place');
    const shown = await rows(
      db,
      `SELECT entity_type, attribute_iri, numeric_value, unit_code, is_deleted FROM ngsi.history
       WHERE tenant = $1 AND entity_id = $2 AND attribute = 'power' ORDER BY modified_at, observed_at`,
      [tenant, id],
    );
    const iri = 'https://uri.etsi.org/ngsi-ld/default-context/power';
    assert.deepEqual(shown, [
      { entity_type: type, attribute_iri: iri, numeric_value: 5, unit_code: 'WTT', is_deleted: false },
      { entity_type: type, attribute_iri: iri, numeric_value: 7, unit_code: 'WTT', is_deleted: false },
      { entity_type: type, attribute_iri: iri, numeric_value: null, unit_code: null, is_deleted: true },
    ]);
    const others = await rows(
      db,
      `SELECT attribute, text_value, json_value #>> '{}' AS text, ST_AsText(geometry) AS geometry FROM ngsi.history
       WHERE tenant = $1 AND attribute IN ('name', 'place', 'scope') ORDER BY attribute`,
      [tenant],
    );
    assert.deepEqual(others, [
      { attribute: 'name', text_value: 'Rue', text: 'Rue', geometry: null },
      {
        attribute: 'place',
        text_value: null,
        text: '{"type": "Point", "coordinates": [6, 49]}',
        geometry: 'POINT(6 49)',
      },
      { attribute: 'scope', text_value: null, text: '["/nord"]', geometry: null },
    ]);
  });

  test('are created for earlier entities, and again by the kind of most values', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    await ask('POST', '/entities', { id: 'urn:a:1', type, level: { type: 'Property', value: 'n/a' } });
    await column(db, type, 'level');
    for (const id of ['urn:a:2', 'urn:a:3']) {
      await ask('POST', '/entities', { id, type, level: { type: 'Property', value: 2 } });
    }
    const view = await viewOf(db, type);
    await db.query({ text: `DROP VIEW ngsi.${view}` });
    await db.query({ text: 'DELETE FROM sql_type WHERE iri LIKE $1', values: [`%${type}`] });
    await refreshViews(db);
    assert.deepEqual(await rows(db, `SELECT sum(level) AS sum FROM ngsi.${view} WHERE tenant = $1`, [tenant]), [
      { sum: 4 },
    ]);
    const kinds = 'SELECT kind FROM ngsi.catalogue WHERE view_name = $1';
    await refreshViews(db, true);
    assert.deepEqual(await rows(db, kinds, [view]), [{ kind: 'number' }]);
  });

  test('support names of any kind', async (t, db) => {
    const tenant = freshTenant();
    const type = `${freshType()}É`;
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const names = ['SELECT', 'créé', '测量', "o'clock\\", 'a"b', 'id', '5G', 'tenant', 'modifiedAt2', 'x'.repeat(80)];
    const context = Object.fromEntries(names.map((name, n) => [`n${n}`, `https://example.org/${n}/${name}`]));
    const body = { '@context': context, id: 'urn:a:1', type, ...valuesOf(names) };
    const response = await post(body);
    assert.equal(response.statusCode, 201, response.body);
    await column(db, type, '5G');
    const columns = await rows(
      db,
      `SELECT column_name FROM ngsi.catalogue WHERE type = $1 AND attribute_iri LIKE 'https://example.org/%' ORDER BY attribute_iri`,
      [type],
    );
    assert.deepEqual(
      columns.map(({ column_name }) => column_name),
      ['select', 'cree', 'unnamed', 'o_clock', 'a_b', 'id_2', '_5_g', 'tenant_2', 'modified_at2', 'x'.repeat(54)],
    );
    const [row] = await rows(db, `SELECT * FROM ngsi.${await viewOf(db, type)} WHERE tenant = $1`, [tenant]);
    for (const [n, { column_name }] of columns.entries()) assert.equal(row?.[String(column_name)], n);

    function post(payload: unknown) {
      return ask('POST', '/entities', payload, 'application/ld+json');
    }
    function valuesOf(list: readonly string[]) {
      return Object.fromEntries(list.map((_, n) => [`n${n}`, { type: 'Property', value: n }]));
    }
  });

  test('show a reader only its own tenant', async (t, db) => {
    const [mine, other] = [freshTenant(), freshTenant()];
    const type = freshType();
    for (const tenant of [mine, other]) {
      const { ask, close } = await startTemporalBroker(db, tenant);
      t.after(close);
      await ask('POST', '/entities', { id: `urn:${tenant}`, type, level: measured(1, '2026-01-01T00:00:00Z') });
      await column(db, type, 'level');
    }
    const view = await viewOf(db, type);
    const role = `reader_${randomUUID().slice(0, 8)}`;
    await db.query({ text: `CREATE ROLE ${role}` });
    t.after(async () => {
      await db.query({ text: `DROP OWNED BY ${role}` });
      await db.query({ text: `DROP ROLE ${role}` });
    });
    await db.query({ text: `GRANT USAGE ON SCHEMA ngsi TO ${role}` });
    const seen = (text: string) =>
      db.transaction(async (tx) => {
        await tx.query({ text: `SET LOCAL ROLE ${role}` });
        return (await tx.query<{ id: string }>({ text })).rows.map(({ id }) => id);
      });
    assert.deepEqual(await seen(`SELECT id FROM ngsi.${view}`), [], 'no tenant, nothing to see');
    await db.query({ text: 'INSERT INTO sql_reader VALUES ($1, $2)', values: [role, mine] });
    assert.deepEqual(await seen(`SELECT id FROM ngsi.${view}`), [`urn:${mine}`]);
    assert.deepEqual(await seen(`SELECT DISTINCT entity_id AS id FROM ngsi.history`), [`urn:${mine}`]);
    assert.deepEqual(await seen('SELECT id FROM ngsi.entities'), [`urn:${mine}`]);
    await db.query({ text: `UPDATE sql_reader SET tenant = '*' WHERE role = $1`, values: [role] });
    assert.equal((await seen(`SELECT id FROM ngsi.${view}`)).length, 2);
  });

  if (database.kind === 'pglite') return;

  test('are read by a role with a password and no other rights', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const { ask, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    await ask('POST', '/entities', { id: 'urn:a:1', type, level: measured(1, '2026-01-01T00:00:00Z') });
    await column(db, type, 'level');
    const role = `grafana_${randomUUID().slice(0, 8)}`;
    await setReader(db, { role, tenants: [tenant] }, 'first password');
    await setReader(db, { role, tenants: [tenant] }, 'another password');
    t.after(() => dropReader(db, role));
    const url = new URL(await database.url());
    url.username = role;
    url.password = 'another password';
    const reader = new pg.Client({ connectionString: url.href });
    await reader.connect();
    t.after(() => reader.end());
    const view = await viewOf(db, type);
    const { rows: shown } = await reader.query(`SELECT id, level FROM ${view}`);
    assert.deepEqual(shown, [{ id: 'urn:a:1', level: 1 }]);
    // Anyone can switch read-only off, but still has no write rights.
    await reader.query('SET default_transaction_read_only = off');
    const refused = async (text: string) =>
      assert.rejects(reader.query(text), (error: pg.DatabaseError) => error.code === '42501', text);
    // Of TimescaleDB's tables, only the chunks of its hypertables are ours.
    const { rows: tables } = await db.query<{ name: string }>({
      text: `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
        WHERE relname <> 'spatial_ref_sys' AND (schemaname !~ '^_timescaledb' OR relname ~ '_chunk$')`,
    });
    assert.ok(tables.length > 15, 'every table of ours is tried');
    for (const { name } of tables) {
      await refused(`SELECT * FROM ${name}`);
      await refused(`DELETE FROM ${name}`);
    }
    await refused(`INSERT INTO ${view} (id) VALUES ('urn:a:2')`);
    await assert.rejects(reader.query('UPDATE history SET numeric_value = 0'), /cannot update view/);
    await refused('CREATE TABLE public.mine (a int)');
    await refused('CREATE TABLE ngsi.mine (a int)');
    await refused('SELECT ensure_history_partitions(40)');
    await refused(`SELECT * FROM pg_authid`);
    await refused(`SELECT pg_read_file('/etc/passwd')`);
    await refused(`COPY ${view} TO PROGRAM 'cat'`);
    await refused(`SET ROLE ${(await rows(db, 'SELECT current_user AS name'))[0]?.name}`);

    assert.deepEqual(
      (await readers(db)).filter((each) => each.role === role),
      [{ role, tenants: [tenant] }],
    );
    await assert.rejects(setReader(db, { role: 'postgres', tenants: ['*'] }, 'long enough!'), /may do more than read/);
    await assert.rejects(setReader(db, { role, tenants: ['nowhere'] }, 'long enough!'), /tenant: got nowhere/);
    await assert.rejects(setReader(db, { role: 'a b', tenants: ['*'] }, 'long enough!'), /role: got "a b"/);
    await assert.rejects(setReader(db, { role, tenants: ['*'] }, 'short'), /password: got 5 characters/);
  });
});
