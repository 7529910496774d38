import assert from 'node:assert/strict';
import { tenantTables } from '@alzette/backups';
import { eachDatabase } from '@alzette/broker/test-support';
import { migrate } from '@alzette/kit/migrate';
import { readTenantTables } from '@alzette/kit/tenant-tables';
import { readConfig } from '../src/config.ts';
import { tableOwners } from '../src/leaving/leaving-ports.ts';
import { migrationFolders } from '../src/migration-folders.ts';

/**
 * Tables of packages, which are in their own schemas. That of the job queue is made by its library, and only if another
 * test of this process has started it.
 */
const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('public', 'jobs', 'pg_catalog', 'information_schema')
  ORDER BY 1`;
const TENANT = `
  SELECT a.attnotnull AS required FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attname = 'tenant'`;
/** Foreign keys between a distributed table and a table that is not on its node, in either direction. */
const FOREIGN_KEYS = `
  SELECT conname AS name FROM pg_constraint
  WHERE contype = 'f' AND (conrelid = ANY ($1::regclass[]) AND NOT confrelid = ANY ($1::regclass[] || $2::regclass[])
    OR NOT conrelid = ANY ($1::regclass[]) AND confrelid = ANY ($1::regclass[]))`;

const folders = migrationFolders(readConfig({ DEMO: 'off' })).filter(({ name }) => name !== 'broker');

eachDatabase('Tables of packages', (test) => {
  test('each table is in one list of locations on a cluster; tables of tenants have a tenant, and refer only to each other', async (_t, db) => {
    const listed: string[] = [];
    for (const { name, folder } of folders) {
      await migrate(db, folder, name);
      const tables = await readTenantTables(folder);
      assert.ok(tables, `${name}: tables.json`);
      const { distributed, onEveryNode, onCoordinator } = tables;
      listed.push(...distributed, ...onEveryNode, ...Object.keys(onCoordinator));
      for (const table of distributed) {
        assert.deepEqual((await db.query({ text: TENANT, values: [table] })).rows, [{ required: true }], table);
      }
      assert.deepEqual((await db.query({ text: FOREIGN_KEYS, values: [distributed, onEveryNode] })).rows, [], name);
    }
    const { rows } = await db.query<{ name: string }>({ text: TABLES });
    assert.deepEqual(
      listed.sort(),
      rows.map(({ name }) => name),
    );
  });

  test('each table says whose its rows are, so that a tenant can leave with all of them', async (_t, db) => {
    for (const { name, folder } of folders) await migrate(db, folder, name);
    const owners = await tableOwners(readConfig({ DEMO: 'off' }));
    const ofTenants = new Set((await tenantTables(db, owners)).map(({ name }) => name));
    const { rows } = await db.query<{ name: string }>({ text: TABLES.replace(`'public', `, '') });
    const all = new Set(rows.map(({ name }) => name));
    for (const { tenants = {}, site = {} } of owners) {
      const said = [...Object.keys(tenants), ...Object.keys(site)].filter((name) => !name.startsWith('jobs.'));
      assert.deepEqual(
        said.filter((name) => !all.has(name)),
        [],
        'there is no such table',
      );
      assert.deepEqual(
        Object.keys(site).filter((name) => ofTenants.has(name)),
        [],
        'of a tenant, and of none',
      );
    }
    await db.query({ text: 'CREATE TABLE energy.of_somebody (id text, note text)' });
    await assert.rejects(tenantTables(db, owners), /^Error: energy\.of_somebody: no column names the tenant/);
    await db.query({ text: 'DROP TABLE energy.of_somebody' });
  });
});
