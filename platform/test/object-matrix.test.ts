import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Database } from '@alzette/broker';
import { openDatabase } from '@alzette/broker/database';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { declaredOperations, PARAMETER, urlOf } from './support/declared-operations.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { type Ask, BODIES, createOthersObjects, MARK, QUERIES } from './support/others-objects.ts';
import { ownDatabase } from './support/own-database.ts';

/*
 * Every operation of every service that requires the right to read or to write, read from their declarations, asked by
 * everybody who has such a right elsewhere, for an object of another commune: it is refused, shows nothing of it and
 * changes nothing. A new operation is in it by itself; one with a new kind of object needs an object in
 * `support/others-objects.ts`.
 */

/** Policies of the default tenant. The administrator of another tenant has all rights there. */
const POLICIES: { readonly [role: string]: object } = {
  operator: { who: { roles: ['operator'] }, may: ['read', 'write'], scopeQ: '/Aumetz,/Aumetz/#' },
  contractor: {
    who: { roles: ['contractor'] },
    may: ['read', 'write'],
    types: ['Streetlight', 'WorkOrder', 'Alert', 'ServiceRequest'],
    scopeQ: '/{organisation},/{organisation}/#',
  },
  citizen: { who: { roles: ['citizen'] }, may: ['read'], types: ['OffStreetParking'] },
  foreigner: { who: { roles: ['foreigner'] }, may: ['read', 'write', 'administer'], tenants: ['elsewhere'] },
  anyone: { who: { anyone: true }, may: ['read'], types: ['OffStreetParking'] },
};
const ROLES = ['operator', 'contractor', 'citizen', 'foreigner', 'stranger'];
/** Documents of the whole tenant, which these roles may read with a right to what the documents are made for. */
const SHARED: { readonly [kind: string]: readonly string[] } = {
  'lighting strategy': ['operator', 'contractor'],
  question: ['operator', 'contractor'],
  dataset: ['operator', 'contractor'],
  'procedures of the desk': ['operator'],
};
/** There is none of this id, so it would be a new one of the sender. */
const CREATES: ReadonlySet<string> = new Set([
  'PUT /decisions/models/{id}',
  'POST /citizen/v1/procedures/account/{id}/dossiers',
]);
const NEEDS: ReadonlySet<string> = new Set(['read', 'write', 'subscribe', 'known']);
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404]);

test('nobody reads or changes an object of another commune by any operation of a service', {
  timeout: 300_000,
}, async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const own = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'objects');
  const opening = openDatabase(own === undefined ? {} : { url: own.url });
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, {}, undefined, opening);
  t.after(() => own?.drop());
  const db = await opening;
  const root = { authorization: await authorizationOf('root', 'administrator') };
  const link = `<${publicUrl}${TERRITORY_CONTEXT_PATH}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const asRoot: Ask = async (method, url, payload) => {
    const isFile = Buffer.isBuffer(payload);
    const json = payload && '@context' in payload ? 'application/ld+json' : 'application/json';
    const type = isFile ? 'application/pdf' : json;
    const key = { 'idempotency-key': randomUUID() };
    const headers = {
      ...root,
      ...key,
      ...(payload && { 'content-type': type }),
      ...(type === 'application/json' && { link }),
    };
    const body = payload && { payload: isFile ? payload : JSON.stringify(payload) };
    const answer = await app.inject({ method, url, headers, ...body });
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
  };
  for (const [id, policy] of Object.entries(POLICIES)) {
    const { status, body } = await asRoot('PUT', `/ops/access/policies/${id}`, policy);
    assert.equal(status, 201, JSON.stringify(body));
  }
  const ids = await createOthersObjects(asRoot);
  // The first who asks for the public key of a collectivity makes it.
  await asRoot('GET', '/channels/push/key');
  const operations = declaredOperations((await app.inject('/openapi')).json()).filter(({ access = '' }) =>
    NEEDS.has(access),
  );
  const faults: string[] = [];
  let asked = 0;
  let content = await settledContent(db);
  for (const role of ROLES) {
    const headers = role === 'stranger' ? {} : { authorization: await authorizationOf(role, role) };
    for (const operation of operations) {
      const { method, path, by, kind } = operation;
      const url = `${urlOf(path, ids)}${QUERIES[path] ?? ''}`;
      const isWrite = !SAFE.has(method);
      const payload = isWrite && method !== 'DELETE' ? { payload: BODIES[`${method} ${path}`] ?? {} } : {};
      const answer = await app.inject({ method, url, headers, ...payload });
      asked += 1;
      const what = `${role}: ${method} ${url} ${answer.statusCode} ${answer.body.slice(0, 200)}`;
      if (answer.statusCode >= 500) faults.push(`failed: ${what}`);
      if (SHARED[kind ?? '']?.includes(role) && !isWrite) continue;
      if (answer.body.includes(MARK)) faults.push(`shown: ${what}`);
      const isNew = CREATES.has(`${method} ${path}`);
      if (PARAMETER.test(path) && by !== 'everyone' && !isNew && !REFUSED.has(answer.statusCode))
        faults.push(`not refused: ${what}`);
      if (!isWrite) continue;
      const before = content;
      content = await contentOf(db);
      const changed = [...content].filter(([table, now]) => before.get(table) !== now).map(([table]) => table);
      if (changed.length > 0) faults.push(`changed ${changed.join(', ')}: ${what}`);
    }
  }
  assert.ok(asked > 500, `${asked} were asked`);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    operations.filter(({ by }) => by === undefined).map(({ method, path }) => `${method} ${path}`),
    [],
    'operations that do not declare their objects',
  );
});

/** Written by the background after each change, or by who asks what and how often; shifts are of the sender alone. */
const NOT_CONTENT = new RegExp(
  [
    '^(?:jobs|identity)\\.',
    '_process|_clock|lease|entity_count|search|\\.sql_|observed_|history|birth|audit|usage|push_message',
    '^alarms\\.shift$|^kit\\.recurrence|^system\\.measure|^rules\\.(?:inbox|entity|subscription|act)$|^lighting\\.(?:tenant|cabinet|lamp)',
  ].join('|'),
);
const TABLES = `
  SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
  WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`;

/** The content when the work that follows the creation of the objects has ended. */
async function settledContent(db: Database): Promise<ReadonlyMap<string, string>> {
  let before = new Map<string, string>();
  return eventually('nothing changes any more', async () => {
    const now = new Map(await contentOf(db));
    const isSettled = [...now].every(([table, content]) => before.get(table) === content);
    before = now;
    return isSettled && now;
  });
}

/** What changes with each written row of a table. */
async function contentOf(db: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ name: string }>({ text: TABLES });
  const tables = rows.map(({ name }) => name).filter((name) => !NOT_CONTENT.test(name));
  // A row that is written has a new xmin, and one that is deleted is missing.
  const digests = tables.map(
    (name) => `SELECT '${name}' AS name, concat(count(*), ' ', max(xmin::text::bigint)) AS content FROM ${name}`,
  );
  const found = await db.query<{ name: string; content: string }>({ text: digests.join(' UNION ALL ') });
  return new Map(found.rows.map(({ name, content }) => [name, content]));
}
