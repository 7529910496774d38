import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsByOperation } from './support/access/access-model.ts';

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
    'POST /ops/identity/users/{id}/view',
    'DELETE /ops/identity/users/{id}/totp',
    'DELETE /ops/identity/users/{id}/passkeys',
    'POST /ops/identity/users/import',
  ],
  'administer/identity/OrganisationsPage.vue': [
    'GET /ops/identity/organisations',
    'PUT,DELETE /ops/identity/organisations/{id}',
  ],
  'administer/identity/GroupsPage.vue': ['GET /ops/identity/groups', 'PUT,DELETE /ops/identity/groups/{id}'],
  'administer/identity/RolesPage.vue': ['GET /ops/identity/roles', 'PUT,DELETE /ops/identity/roles/{id}'],
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
  'administer/access/PoliciesPage.vue': ['GET /ops/access/policies', 'DELETE /ops/access/policies/{id}'],
  'administer/access/policies.ts': ['PUT /ops/access/policies/{id}'],
  'administer/access/AccessPreview.vue': ['GET /ops/access/explain'],
  'administer/access/AllKeysPage.vue': ['GET,POST /ops/access/keys', 'PUT,DELETE /ops/access/keys/{id}'],
  'administer/access/ConsumersPage.vue': [
    'GET /ops/access/limits',
    'PUT,DELETE /ops/access/limits/{id}',
    'GET /ops/access/usage',
    'POST /ops/access/revocations',
  ],
  'keys/useKeys.ts': [
    'GET,POST /ops/access/me/keys',
    'DELETE /ops/access/me/keys/{id}',
    'POST /ops/access/me/keys/{id}/rotate',
  ],
  'administer/audit/AuditPage.vue': ['GET /ops/audit/export', 'GET /ops/audit/verify'],
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
  'administer/identity/OwnPeoplePage.vue': [
    'GET,POST /ops/identity/own/people',
    'PUT /ops/identity/own/people/{id}',
    'POST /ops/identity/own/people/{id}/link',
  ],
  'administer/audit/audit.ts': ['GET /ops/audit', 'GET /ops/audit/own'],
  'collectivities/SupportPage.vue': ['GET /ops/collectivity/support', 'PUT,DELETE /ops/collectivity/support/{id}'],
  'collectivities/SupportForm.vue': ['POST /ops/collectivity/support'],
  'collectivities/CollectivitiesPage.vue': ['GET /ops/collectivities', 'GET /ops/collectivities/figures'],
  'collectivities/CostsForm.vue': ['GET,PUT /ops/collectivities/costs'],
  'collectivities/FoundingForm.vue': ['POST /ops/collectivities'],
  'collectivities/founding.ts': ['POST /ops/collectivities/boundaries'],
  'collectivities/LikenessField.vue': ['GET /ops/collectivities/{tenant}/model'],
  'collectivities/HostsForm.vue': ['PUT /ops/collectivities/{tenant}/hosts'],
  'administer/IndexesPage.vue': ['GET,POST /ops/indexes', 'DELETE /ops/indexes/{name}'],
  'administer/TerritoryFilesPage.vue': ['GET /ops/territory-files'],
  'administer/HealthPage.vue': [
    'GET /ops/system',
    'GET /ops/backups',
    'GET /ops/notifications/endpoints',
    'GET /ops/notifications/sources',
  ],
  'administer/footprint/FootprintPage.vue': ['GET /ops/footprint', 'GET /ops/footprint/use-cases'],
  'administer/footprint/FootprintSettings.vue': ['GET,PUT /ops/footprint/settings'],
  'automation/JobsPage.vue': ['GET /ops/jobs', 'POST /ops/jobs/{name}/run'],
  'connect/ModelsPage.vue': ['GET,POST /ops/models', 'DELETE /ops/models/{iri}', 'GET,PUT /ops/validation'],
  'connect/SubscriptionsPage.vue': ['GET /ops/notifications/subscriptions'],
  'connect/DeadLettersPage.vue': [
    'GET,DELETE /ops/notifications/dead-letters',
    'POST /ops/notifications/dead-letters/replay',
  ],
};

/** Routes that a page serves by another one, or that are for programs. */
const WITHOUT_PAGE: Readonly<Record<string, string>> = {
  'GET /ops/collectivity/support/active': 'a bar of every page shows it',
  'GET /ops/collectivities/mine': 'the menu of the account shows it',
  'GET /ops/collectivity': '`alzette territory export` writes the files of a territory',
  'PUT /ops/collectivity': '`alzette territory apply` applies the files of a territory',
  'GET /ops/collectivity/versions': 'the audit shows who changed it',
  'GET /ops/hosts/known': 'a proxy asks it before it gets a certificate for a name',
  'GET /ops/leaving/archive': '`alzette collectivity export` writes an archive',
  'POST /ops/leaving/archive': '`alzette collectivity import` reads an archive',
  'POST /ops/leaving/comparison': '`alzette collectivity compare` compares an archive',
  'DELETE /ops/leaving/tenants/{tenant}': '`alzette collectivity delete` deletes with a certificate',
  'GET /ops/models/{iri}': 'the forms of equipment and of new devices read it',
  'DELETE /ops/validation': 'the page sets the mode to off',
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

/** The names of the clients of each path table in the pages. */
const clients = new Map<string, readonly string[]>();
for (const file of globSync('portal/src/**/*.{ts,vue}', { cwd: ROOT })) {
  const found = readFileSync(ROOT + file, 'utf8').matchAll(/(?:(\w+)(?: =|:) )?(?:service|clientOf)<\w+>\((\w+)\)/g);
  for (const [, name, table = ''] of found) {
    clients.set(table, [...(clients.get(table) ?? [`(${table})`]), ...(name === undefined ? [] : [name])]);
  }
}

/** How pages call each operation of a contract, such as `users.list(`. */
const calls = new Map<string, readonly string[]>();
const PATHS = ['{broker,iot-agents,services/*}/src/contract/paths.ts', 'services/kit/src/jobs/job-paths.ts'];
for (const file of globSync(PATHS, { cwd: ROOT })) {
  const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = await import(`${ROOT}${file}`);
  for (const [table, paths] of Object.entries(tables)) {
    for (const [name, line] of Object.entries(paths)) {
      const named = clients.get(table) ?? [];
      calls.set(
        line.replace(/:(\w+)/g, '{$1}'),
        named.map((client) => `${client}.${name}(`),
      );
    }
  }
}

test('each route below /ops has a page, or a reason why not', () => {
  const rows = Object.entries(PAGES).flatMap(([file, lines]) =>
    lines.flatMap((line) => {
      const [methods = '', path = ''] = line.split(' ');
      return methods.split(',').map((method) => ({ file, operation: `${method} ${path}` }));
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

  const faults = rows.flatMap(({ file, operation }) => {
    if (!existsSync(FEATURES + file)) return `${file} is missing`;
    const source = readFileSync(FEATURES + file, 'utf8').replaceAll(/\s+\./g, '.');
    const isCalled = calls.get(operation)?.some((call) => source.includes(call));
    return isCalled ? [] : `${file} does not ask ${operation}`;
  });
  assert.deepEqual(faults, []);
});
