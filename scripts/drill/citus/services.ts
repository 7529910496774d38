import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { type Database, migrate, openDatabase } from '../../../broker/src/main.ts';
import { tablesOfPackages } from '../../../broker/test/support/tenant-check.ts';
import type { Command, NewCommand } from '../../../iot-agents/src/commands/command.ts';
import { insertCommands, leaseDue, openOfTenants } from '../../../iot-agents/src/commands/command-rows.ts';
import { recordSilence, unreportedSilences } from '../../../iot-agents/src/liveness/silence-rows.ts';
import { doDueWork, planWork } from '../../../services/alarms/src/notices/due.ts';
import { putInInbox, readInbox } from '../../../services/rules/src/store/inbox-rows.ts';
import { freePort } from '../../programs.ts';
import { statementTexts } from '../../statement-texts.ts';
import { brokerProcess } from '../broker-process.ts';
import type { CitusLab } from './citus-drill.ts';
import { createOnCluster, dropOnCluster } from './cluster.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['iot-agents/src/**/*.ts', 'services/*/src/**/*.ts'];
/** The tests of lighting are in the folder of the platform. */
const TESTS = [
  'services/{alarms,rules,waste,reports,publishing,channels,dashboards,insights,energy,decisions,files,assistant,opendata}/test/*.test.ts',
  'platform/test/lighting/*.test.ts',
];

/**
 * Checks services on the cluster: they answer when the product starts with its demo, Citus can plan each of their statements,
 * and due work continues while a worker is down.
 */
export async function runServices(lab: CitusLab): Promise<boolean> {
  const isAnswering = await askDemo(lab);
  const isPlanned = await planStatements(lab);
  return (await takeWhileAway(lab)) && isAnswering && isPlanned;
}

const DEMO_WITHIN_MS = 300_000;
/** Requests of the pages of the portal and the app to services. */
const PATHS = [
  '/alarms/counts',
  '/alarms/escalations',
  '/rules',
  '/lighting/cockpit',
  '/lighting/strategies',
  '/lighting/zones',
  '/waste/rounds',
  '/waste/containers',
  '/reports',
  '/reports/statistics',
  '/publishing/items',
  '/dashboards',
  '/dashboards/questions',
  '/insights/uses',
  '/ogc/collections',
  '/energy/buildings',
  '/decisions/scenarios',
  '/channels/messages',
  '/citizen/v1/home',
  '/citizen/v1/reports',
];

async function askDemo({ cluster, say }: CitusLab): Promise<boolean> {
  const nodes = [cluster.coordinator, ...cluster.workers].map(({ url }) => url);
  const [coordinator = '', ...workers] = nodes;
  const folder = await mkdtemp(join(tmpdir(), 'alzette-citus-'));
  const url = await createOnCluster(coordinator, workers, 'demo');
  const settings = {
    DATABASE_URL: url,
    DEMO: 'on',
    ACCESS: 'open',
    OFFLINE: 'on',
    MQTT_PORT: String(await freePort()),
  };
  const product = brokerProcess(await freePort(), { ...settings, DATA_DIR: folder }, { isProduct: true });
  try {
    await product.start();
    const deadline = performance.now() + DEMO_WITHIN_MS;
    while (!product.output().includes('reports are in place') && performance.now() < deadline) await pause(500);
    const wrong: string[] = [];
    for (const path of PATHS) {
      const answer = await fetch(product.url + path);
      await answer.arrayBuffer();
      if (answer.status !== 200) wrong.push(`${path}: ${answer.status}`);
    }
    const errors = product
      .output()
      .split('\n')
      .filter((line) => line.includes('"level":50'));
    const isInPlace = product.output().includes('reports are in place');
    say(
      `  the demo is ${isInPlace ? '' : 'not '}in place; ${PATHS.length - wrong.length} of ${PATHS.length} answered with 200`,
    );
    for (const line of [...wrong, ...errors.slice(0, 10)]) say(`  ${line}`);
    return isInPlace && wrong.length + errors.length === 0;
  } finally {
    await product.stop();
    await dropOnCluster(nodes, 'demo');
    await rm(folder, { recursive: true, force: true });
  }
}

/** While a worker is down, due work is done for tenants of other nodes; for its own tenants when it is up again. */
async function takeWhileAway({ cluster, say }: CitusLab): Promise<boolean> {
  const [worker] = cluster.workers;
  if (worker === undefined) return false;
  const db = await openDatabase({ url: cluster.coordinator.url });
  const tenants = Array.from({ length: 8 }, (_, nth) => `away${nth}`);
  for (const tenant of tenants) {
    await db.query({ text: 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT DO NOTHING', values: [tenant] });
    const due = [{ key: 'k', record: 'r', at: new Date(0), work: { kind: 'close' } as const }];
    await planWork(db, tenant, due);
    await insertCommands(db, [commandFor(tenant)]);
    await putInInbox(db, tenant, [{ scope: 's', entityId: 'urn:ngsi-ld:Lamp:0', entity: '{}' }]);
  }
  const { rows } = await db.query<{ tenant: string }>({
    text: TENANTS_ON,
    values: [tenants, new URL(worker.url).port],
  });
  await recordSilence(db, { silent: tenants.map(silenceOf), back: [] }, []);
  await worker.crash();
  const [elsewhere, sent, silences] = [await takeDue(db, 10), await leaseAllDue(db), await unreportedSilences(db)];
  const toEvaluate = await readInbox(db, 10);
  await worker.restart();
  const [own, sentLater] = [await eventually(() => takeDue(db, 10)), await leaseAllDue(db)];
  const silencesLater = await unreportedSilences(db);
  const toEvaluateLater = await readInbox(db, 10);
  await db.close();
  const away = [elsewhere, sent, silences, toEvaluate].map(({ length }) => length);
  const back = [own, sentLater, silencesLater, toEvaluateLater].map(({ length }) => length);
  const wanted = tenants.length - rows.length;
  say(
    `  a worker down: scheduled actions, commands, silences and changes for rules processed for ${away.join(', ')} of ${wanted} ` +
      `tenants of other nodes; up again: for ${back.join(', ')} of ${rows.length}, ${rows.length}, ${tenants.length} and ${tenants.length}`,
  );
  const all = [rows.length, rows.length, tenants.length, tenants.length];
  return isDeepStrictEqual([...away, ...back], [wanted, wanted, wanted, wanted, ...all]);
}

/** A command that is due immediately. */
function commandFor(tenant: string): NewCommand {
  const message = { way: 'mqtt', topic: 'away', payload: '1', qos: 1, retain: false } as const;
  const entity = { entityId: 'urn:ngsi-ld:Streetlight:away', entityType: 'Streetlight' };
  return {
    id: randomUUID(),
    tenant,
    device: 'away',
    ...entity,
    name: 'on',
    value: 1,
    message,
    deadlineMs: 600_000,
    delayMs: 0,
  };
}

async function leaseAllDue(db: Database): Promise<Command[]> {
  const leased: Command[] = [];
  for (const { tenant, due } of await openOfTenants(db)) if (due) leased.push(...(await leaseDue(db, tenant)));
  return leased;
}

function silenceOf(tenant: string) {
  const device = { key: 'away', name: 'away', entity: 'urn:ngsi-ld:Device:away', tenant, kind: 'away' };
  const heard = { ...device, lastSeenMs: 0, gateway: undefined, silentAfterS: 600, alert: undefined };
  return { device: heard, alert: `urn:ngsi-ld:Alert:${tenant}`, silentAtMs: 600_000 };
}

const TENANTS_ON = `
  SELECT tenant FROM unnest($1::text[]) AS tenant
  JOIN pg_dist_placement p ON p.shardid = get_shard_id_for_distribution_column('alarms.due', tenant)
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'
  WHERE n.nodeport = $2::int`;

/** Retries until all nodes are connected again. */
async function eventually<Given>(ask: () => Promise<Given>): Promise<Given> {
  for (let left = 50; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await pause(200);
    }
  }
}

/** Runs the tests of the services on the cluster. */
export async function runServiceTests({ cluster, say }: CitusLab): Promise<boolean> {
  const env = {
    ...process.env,
    TEST_DATABASE_URL: cluster.coordinator.url,
    TEST_CITUS_WORKERS: cluster.workers.map(({ url }) => url).join(','),
  };
  const byFolder = Map.groupBy(TESTS.flatMap((files) => globSync(files, { cwd: ROOT })).sort(), (file) =>
    basename(resolve(file, file.startsWith('platform') ? '..' : '../..')),
  );
  let isClean = true;
  for (const [name, files] of byFolder) {
    const args = ['--test', '--test-concurrency=1', ...files];
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const output = await text(child.stdout);
    const count = (of: string) => new RegExp(`^ℹ ${of} (\\d+)`, 'm').exec(output)?.[1] ?? '?';
    say(
      `  ${name}: ${count('pass')} tests passed, ${count('fail')} failed, in ${Number(count('duration_ms')) / 1000} s`,
    );
    if (count('fail') === '0') continue;
    isClean = false;
    say(output.slice(output.indexOf('failing tests:')));
  }
  return isClean;
}

/** Executes each statement with a value for each parameter, in a transaction that is rolled back. */
async function planStatements({ cluster, say }: CitusLab): Promise<boolean> {
  const { url } = cluster.coordinator;
  const db = await openDatabase({ url });
  for (const folder of globSync(['iot-agents/migrations', 'services/*/migrations'], { cwd: ROOT }).sort()) {
    await migrate(db, pathToFileURL(`${ROOT}/${folder}`), folder.split('/').at(-2) as string);
  }
  await db.close();
  const schemas = [...new Set([...tablesOfPackages()].map((table) => table.split('.')[0] as string))];
  const client = new pg.Client(url);
  await client.connect();
  const statements = SOURCES.flatMap((files) => statementTexts(files, schemas));
  let refused = 0;
  for (const { file, text: statement } of statements) {
    const fault = await faultOf(client, statement);
    if (fault === undefined) continue;
    refused += 1;
    say(`${file}: ${fault}: ${statement}`);
  }
  await client.end();
  say(`  ${statements.length} statements of agents and services, ${refused} refused by Citus`);
  return refused === 0;
}

const NOT_SUPPORTED = '0A000';

/** Why Citus does not support a statement; undefined: it does. Other errors, for example of the values, are ignored. */
async function faultOf(client: pg.Client, statement: string): Promise<string | undefined> {
  try {
    await client.query('BEGIN');
    await client.query(`PREPARE asked AS ${statement}`);
    const { rows } = await client.query<{ types: string[] }>(
      `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'asked'`,
    );
    const values = (rows[0]?.types ?? []).map(sampleOf);
    await client.query(`EXECUTE asked${values.length > 0 ? `(${values.join(', ')})` : ''}`);
    return undefined;
  } catch (error) {
    return (error as pg.DatabaseError).code === NOT_SUPPORTED ? (error as Error).message : undefined;
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

function sampleOf(type: string): string {
  if (type.endsWith('[]')) return `'{}'::${type}`;
  if (type.startsWith('timestamp')) return `now()::${type}`;
  const values: { readonly [type: string]: string } = {
    boolean: 'true',
    date: '2026-01-01',
    interval: '1 s',
    json: '{}',
    jsonb: '{}',
    uuid: '00000000-0000-0000-0000-000000000000',
    text: 'UTC',
    bytea: '',
  };
  return `'${values[type] ?? 1}'::${type}`;
}

/** The scheduled actions that are due, which are postponed. */
async function takeDue(db: Database, limit: number): Promise<string[]> {
  const keys: string[] = [];
  const postpone = async ({ key }: { readonly key: string }) => {
    keys.push(key);
    return new Date(Date.now() + 60_000);
  };
  await doDueWork(db, limit, postpone, () => {});
  return keys;
}
