import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { until } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import { lastTag, unpackVersion } from '../upgrade/earlier-version.ts';
import { startCitus } from './cluster.ts';
import { ask, counter, counterId } from './tenant-flow.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = 'platform/src/main.ts';
const TENANTS = 8;
const ENTITIES = 50;
const UPDATES = 4;
const NOTIFIED_WITHIN_S = 10;

/** Tables with rows that depend on running processes, change when they are read, or are deleted when their work is done. */
const TRANSIENT =
  /^(outbox|birth|history_(correction|rollup|staged)|\w+_change|broker_\w+|migration|entity_count|iot\.(agent_process|inbox\w*|mqtt_session)|system\.\w+|kit\.\w+|jobs\.\w+)$|job|expiring|entity_map|access_window|search_progress|sql_/;
const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT LIKE 'citus%'
    AND n.nspname NOT LIKE 'columnar%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    AND c.relname !~ '_\\d{6,}$' ORDER BY 1`;

interface Content {
  /** Answers of the API by tenant and path. */
  readonly answers: ReadonlyMap<string, string>;
  /** Numbers of rows by table. */
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * An earlier version creates a cluster with the demo and data of 8 tenants. Then this version starts on it. Entities and
 * their history must be unchanged, no table may have fewer rows, subscriptions must notify, and writes must work.
 *
 * @param from the earlier version, a tag or a commit; undefined: the last tag
 *
 * @throws Error: there is no tag
 */
export async function runClusterUpgrade(bin: string, from: string | undefined, say: (text: string) => void) {
  const commit = from ?? lastTag(ROOT);
  if (commit === undefined) throw new Error('--from: got nothing, expected a commit, as there is no tag');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-citus-upgrade-'));
  const endpoint = createServer((request, response) => {
    notified.add(request.url?.slice(1) ?? '');
    request.resume().on('end', () => response.end());
  });
  const notified = new Set<string>();
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  const cluster = await startCitus(bin);
  const tenants = Array.from({ length: TENANTS }, (_, n) => `upgrade${n}`);
  const settings = {
    DATABASE_URL: cluster.coordinator.url,
    ACCESS: 'open',
    OFFLINE: 'on',
    MQTT_PORT: '0',
    DATA_DIR: join(folder, 'data'),
  };
  unpackVersion(ROOT, commit, join(folder, 'earlier'));
  const [earlierPort, presentPort] = [await freePort(), await freePort()];
  const earlier = brokerProcess(earlierPort, settings, { command: [join(folder, 'earlier', PROGRAM)] });
  const present = brokerProcess(presentPort, settings, { isProduct: true });
  try {
    await earlier.start();
    say(`  a cluster made by ${commit}`);
    for (const tenant of tenants) await fill(earlier.url, tenant, `http://127.0.0.1:${port}/${tenant}`);
    await until(
      () => tenants.every((tenant) => notified.has(tenant)),
      'the subscriptions have notified',
      NOTIFIED_WITHIN_S,
    );
    const before = await contentOf(cluster.coordinator.url, earlier.url, tenants);
    await earlier.stop();
    notified.clear();
    const since = performance.now();
    await present.start();
    say(`  this version was ready ${((performance.now() - since) / 1000).toFixed(1)} s after its start on it`);
    const after = await contentOf(cluster.coordinator.url, present.url, tenants);
    const wrong = differences(before, after);
    for (const tenant of tenants) {
      const statuses = [
        await ask(present.url, tenant, 'PATCH', `/entities/${counterId(0)}/attrs/n`, { type: 'Property', value: -1 }),
        await ask(present.url, tenant, 'POST', '/entities', { ...counter(0), id: counterId(ENTITIES) }),
        await ask(present.url, tenant, 'DELETE', `/entities/${counterId(1)}`),
        await ask(present.url, tenant, 'GET', `/entities?type=Counter&q=n==-1`),
      ].map(({ status }) => status);
      if (statuses.join() !== '204,201,204,200') wrong.push(`${tenant}: writes and a query were answered ${statuses}`);
    }
    await until(
      () => tenants.every((tenant) => notified.has(tenant)),
      'all subscriptions have notified',
      NOTIFIED_WITHIN_S,
    ).catch(() =>
      wrong.push(`subscriptions of ${tenants.filter((tenant) => !notified.has(tenant)).join(', ')} did not notify`),
    );
    for (const line of wrong.slice(0, 20)) say(`  ${line}`);
    const rows = [...before.rows.values()].reduce((all, some) => all + some, 0);
    say(
      `  ${before.answers.size} answers and ${rows} rows in ${before.rows.size} tables compared: ${wrong.length} faults`,
    );
    return wrong.length === 0;
  } finally {
    await earlier.stop();
    await present.stop();
    await cluster.stop();
    endpoint.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(url: string, tenant: string, endpoint: string): Promise<void> {
  const expect = async (status: number, ...request: [method: string, path: string, body: unknown]) => {
    const answer = await ask(url, tenant, ...request);
    if (answer.status !== status) throw new Error(`${tenant} ${request[1]}: ${answer.status} ${answer.text}`);
  };
  await expect(201, 'POST', '/subscriptions', {
    type: 'Subscription',
    entities: [{ type: 'Counter' }],
    notification: { endpoint: { uri: endpoint } },
  });
  await expect(201, 'POST', '/csourceRegistrations', {
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type: 'Elsewhere' }] }],
    endpoint,
  });
  const entities = Array.from({ length: ENTITIES }, (_, n) => counter(n));
  await expect(201, 'POST', '/entityOperations/create', entities);
  for (let value = 1; value <= UPDATES; value++) {
    const update = entities.map((entity) => ({ ...entity, n: { type: 'Property', value } }));
    await expect(204, 'POST', '/entityOperations/update', update);
  }
  await expect(204, 'DELETE', `/entities/${counterId(2)}`, undefined);
}

async function contentOf(databaseUrl: string, url: string, tenants: readonly string[]): Promise<Content> {
  const answers = new Map<string, string>();
  for (const tenant of tenants) {
    for (const path of [
      '/subscriptions',
      '/csourceRegistrations?type=Elsewhere',
      '/types',
      '/entities?type=Counter&limit=100',
    ]) {
      answers.set(`${tenant} ${path}`, steady((await ask(url, tenant, 'GET', path)).text));
    }
    for (let n = 0; n < ENTITIES; n++) {
      const path = `/temporal/entities/${counterId(n)}?timeproperty=modifiedAt&options=sysAttrs`;
      answers.set(`${tenant} ${path}`, steady((await ask(url, tenant, 'GET', path)).text));
    }
  }
  const rows = new Map<string, number>();
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
      if (TRANSIENT.test(name)) continue;
      const { rows: counted } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
      rows.set(name, Number(counted[0]?.count));
    }
  } finally {
    await client.end();
  }
  return { answers, rows };
}

/** The body in the order of ids, without the members that change with each notification or answer. */
function steady(text: string): string {
  const parsed: unknown = JSON.parse(text);
  const sorted = Array.isArray(parsed) ? parsed.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) : parsed;
  const isOwn = (name: string, value: unknown) =>
    /^(timesSent|last|timesFailed|status)/.test(name) || String(value).startsWith('urn:ngsi-ld:EntityTypeList:');
  return JSON.stringify(sorted, (name, value) => (isOwn(name, value) ? undefined : value));
}

function differences(before: Content, after: Content): string[] {
  const wrong: string[] = [];
  for (const [request, answer] of before.answers) {
    const now = after.answers.get(request);
    if (now === answer) continue;
    const first = [...answer].findIndex((letter, n) => letter !== now?.[n]);
    const near = (text: string) => text.slice(Math.max(0, first - 40), first + 100);
    wrong.push(`${request}: …${near(now ?? '')}, was …${near(answer)}`);
  }
  for (const [table, count] of before.rows) {
    const now = after.rows.get(table) ?? 0;
    if (now < count) wrong.push(`${table}: ${now} rows, were ${count}`);
  }
  return wrong;
}
