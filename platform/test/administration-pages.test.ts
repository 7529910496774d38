import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsByOperation } from './support/access-model.ts';

/*
 * The page of the portal that serves each route below `/ops`, so that an administrator needs no terminal. A new route
 * needs a row: a page, or the reason why it has none.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FEATURES = `${ROOT}portal/src/features/`;

/** By file below `features/`. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'administer/identity/PeoplePage.vue': [
    'GET,POST /ops/identity/users',
    'PATCH,DELETE /ops/identity/users/{id}',
    'GET /ops/identity/users/{id}/export',
    'DELETE /ops/identity/users/{id}/sessions',
    'POST /ops/identity/users/{id}/reset-link',
    'DELETE /ops/identity/users/{id}/totp',
    'DELETE /ops/identity/users/{id}/passkeys',
    'POST /ops/identity/users/import',
  ],
  'administer/identity/OrganisationsPage.vue': ['PUT,DELETE /ops/identity/organisations/{id}'],
  'administer/identity/GroupsPage.vue': ['PUT,DELETE /ops/identity/groups/{id}'],
  'administer/identity/RolesPage.vue': ['PUT,DELETE /ops/identity/roles/{id}'],
  // Shared by the four pages above.
  'administer/identity/identity.ts': [
    'GET /ops/identity/organisations',
    'GET /ops/identity/groups',
    'GET /ops/identity/roles',
  ],
  'administer/identity/SignInsPage.vue': ['GET /ops/identity/events'],
  'administer/identity/ClientsPage.vue': [
    'GET /ops/identity/clients',
    'PUT,DELETE /ops/identity/clients/{id}',
    'POST /ops/identity/clients/{id}/secret',
    'POST /ops/identity/keys/rotate',
  ],
  'administer/identity/ProvidersPage.vue': ['GET /ops/identity/providers', 'PUT,DELETE /ops/identity/providers/{name}'],
  'administer/identity/DirectoriesPage.vue': [
    'GET /ops/identity/directories',
    'PUT,DELETE /ops/identity/directories/{name}',
    'POST /ops/identity/directories/{name}/sync',
  ],
  'administer/identity/PersonalDataPage.vue': [
    'GET,PATCH /ops/identity/retention',
    'GET /ops/identity/processing',
    'PUT,DELETE /ops/identity/processing/{id}',
  ],
  'administer/access/policies.ts': ['GET /ops/access/policies', 'PUT,DELETE /ops/access/policies/{id}'],
  'administer/access/AccessPreview.vue': ['GET /ops/access/explain'],
  'administer/access/AllKeysPage.vue': ['GET,POST /ops/access/keys', 'PUT,DELETE /ops/access/keys/{id}'],
  'administer/access/ConsumersPage.vue': [
    'GET /ops/access/limits',
    'PUT,DELETE /ops/access/limits/{id}',
    'GET /ops/access/usage',
    'POST /ops/access/revocations',
  ],
  'keys/keys.ts': [
    'GET,POST /ops/access/me/keys',
    'DELETE /ops/access/me/keys/{id}',
    'POST /ops/access/me/keys/{id}/rotate',
  ],
  'administer/audit/AuditPage.vue': ['GET /ops/audit', 'GET /ops/audit/export', 'GET /ops/audit/verify'],
  'administer/TenantsPage.vue': [
    'GET,POST /ops/tenants',
    'GET,DELETE /ops/tenants/{name}',
    'PUT,DELETE /ops/tenants/{name}/quotas',
    'POST /ops/tenants/{name}/empty',
  ],
  // Shared with the page of tenants.
  'administer/leniency/interop.ts': ['PUT,DELETE /ops/tenants/{name}/interop'],
  'administer/leniency/LeniencyPage.vue': [
    'GET /ops/tenants/{name}/interop',
    'GET,DELETE /ops/tenants/{name}/interop/uses',
  ],
  'administer/RetentionPage.vue': [
    'GET /ops/history',
    'GET,PUT,DELETE /ops/history/retention',
    'GET,POST /ops/history/retention/runs',
    'DELETE /ops/history/retention/runs/current',
  ],
  'administer/IndexesPage.vue': ['GET,POST /ops/indexes', 'DELETE /ops/indexes/{name}'],
  'administer/TerritoryFilesPage.vue': ['GET /ops/territory-files'],
  'administer/HealthPage.vue': [
    'GET /ops/system',
    'GET /ops/backups',
    'GET /ops/notifications/endpoints',
    'GET /ops/notifications/sources',
  ],
  'automation/JobsPage.vue': ['GET /ops/jobs', 'POST /ops/jobs/{name}/run'],
  'connect/ModelsPage.vue': ['GET,POST /ops/models', 'GET,DELETE /ops/models/{iri}', 'GET,PUT,DELETE /ops/validation'],
  'connect/SubscriptionsPage.vue': ['GET /ops/notifications/subscriptions'],
  'connect/DeadLettersPage.vue': [
    'GET,DELETE /ops/notifications/dead-letters',
    'POST /ops/notifications/dead-letters/replay',
  ],
};

/** Routes that a page serves by another one, or that are for programs. */
const WITHOUT_PAGE: Readonly<Record<string, string>> = {
  'GET /ops/access/me': 'the frame asks it for the rights of who is signed in',
  'GET /ops/identity/users/{id}': 'the list has each account whole',
  'GET /ops/access/policies/{id}': 'the list has each policy whole',
  'POST /ops/access/policies': 'the page makes one by PUT',
  'GET /ops/access/keys/{id}': 'the list has each key whole',
  'GET /ops/jobs/{name}': 'the list has the latest run of each job',
  'GET /ops/notifications/subscriptions/{id}': 'the list has the ledger of each subscription',
  'DELETE /ops/notifications/dead-letters/{id}': 'the page deletes by the query parameter id',
  'POST /ops/audit': 'programs beside the platform record their acts',
  'POST /ops/validate': 'forms are made of the same models and check while one types; programs check whole files',
};

/** The names of a path table and of its operation, which a page calls by a client, for each operation of a contract. */
const described = new Map<string, readonly [table: string, name: string]>();
for (const file of globSync('services/*/src/contract/paths.ts', { cwd: ROOT })) {
  const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = await import(`${ROOT}${file}`);
  for (const [table, paths] of Object.entries(tables)) {
    for (const [name, line] of Object.entries(paths)) described.set(line.replace(/:(\w+)/g, '{$1}'), [table, name]);
  }
}

/** The beginning of a path up to its first parameter. */
const beginningOf = (path: string): string => path.replace(/\/\{.*/, '');

test('each route below /ops has a page, or a reason why not', () => {
  const rows = Object.entries(PAGES).flatMap(([file, lines]) =>
    lines.flatMap((line) => {
      const [methods = '', path = ''] = line.split(' ');
      return methods.split(',').map((method) => ({ file, method, path, operation: `${method} ${path}` }));
    }),
  );
  const named = [...rows.map(({ operation }) => operation), ...Object.keys(WITHOUT_PAGE)];
  const routes = [...needsByOperation().keys()].filter((operation) => operation.includes(' /ops/'));
  assert.deepEqual(
    routes.filter((operation) => !named.includes(operation)),
    [],
    'routes without a row',
  );
  assert.deepEqual(
    named.filter((operation) => !routes.includes(operation)),
    [],
    'rows of no route',
  );
  assert.equal(new Set(named).size, named.length, 'a route has two rows');

  const faults = rows.flatMap(({ file, method, path, operation }) => {
    if (!existsSync(FEATURES + file)) return `${file} is missing`;
    const source = readFileSync(FEATURES + file, 'utf8');
    const last = path.slice(path.lastIndexOf('/'));
    const asks = source.includes(beginningOf(path)) && (last.includes('{') || source.includes(last));
    const [table, name] = described.get(operation) ?? [];
    const isCalled = source.includes(`(${table})`) && source.includes(`.${name}(`);
    return isCalled || (asks && source.includes(`'${method}'`)) ? [] : `${file} does not ask ${operation}`;
  });
  assert.deepEqual(faults, []);
});
