import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { type Database, openDatabase } from '../../../../broker/src/main.ts';
import { isOnCluster, ownDatabase } from '../../../../broker/test/support/own-database.ts';
import { httpClient, type NgsiLdClient, TERRITORY_CONTEXT_PATH } from '../../../../ngsi-ld-schemas/src/index.ts';
import { startServiceHost } from '../../../../platform/test/support/service-host.ts';
import type { AlarmAct, RuleDocument } from '../../src/rules.ts';
import { rules } from '../../src/rules.ts';

/** A broker with the rules service, and a port that records acts. */
export interface RulesPlatform {
  readonly url: string;
  readonly context: string;
  readonly client: NgsiLdClient;
  readonly db: Database;
  /** All acts that the port accepted, each once. */
  readonly acts: AlarmAct[];
  /** Makes the port fail, or work again. */
  refuse(isRefusing: boolean): void;
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** @throws Error: the rule is refused */
  put(rule: RuleDocument): Promise<void>;
  /** The same platform in another tenant. */
  inTenant(tenant: string): RulesPlatform;
  stop(): Promise<void>;
}

interface TenantAct {
  readonly tenant: string;
  readonly act: AlarmAct;
}

/** A kind of database for the tests. */
export interface DatabaseKind {
  readonly label: string;
  /** Creates a database, which can be opened again until the test ends. */
  create(t: TestContext): Promise<() => Promise<Database>>;
}

export function databaseKinds(): DatabaseKind[] {
  const { TEST_DATABASE_URL: url } = process.env;
  const embedded: DatabaseKind = {
    label: 'pglite',
    async create(t) {
      const dataDir = await mkdtemp(join(tmpdir(), 'alzette-rules-'));
      t.after(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
      return () => openDatabase({ dataDir });
    },
  };
  return [
    ...(isOnCluster ? [] : [embedded]),
    ...(url === undefined ? [] : [{ label: 'postgres', create: (t: TestContext) => newDatabase(t, url) }]),
  ];
}

let databases = 0;

async function newDatabase(t: TestContext, serverUrl: string): Promise<() => Promise<Database>> {
  const { url, drop } = await ownDatabase(serverUrl, `alzette_rules_${process.pid}_${++databases}`);
  t.after(drop);
  return () => openDatabase({ url });
}

interface RulesOptions {
  readonly jobs?: boolean;
  /** Changes what the service sees of the database. */
  readonly around?: (db: Database) => Database;
}

/** Rules on a new database. They can be stopped and started again with the same acts. */
export async function rulesOn(
  t: TestContext,
  kind: DatabaseKind,
  { around = (db) => db, ...options }: RulesOptions = {},
): Promise<{ start(): Promise<RulesPlatform> }> {
  const acts: TenantAct[] = [];
  const port = await freePort();
  let running: RulesPlatform | undefined;
  // Hooks run in the order of registration: first the service is stopped, then its database.
  t.after(() => running?.stop());
  const open = await kind.create(t);
  return {
    async start() {
      await running?.stop();
      running = await startRules(t, around(await open()), port, acts, options);
      return running;
    },
  };
}

async function startRules(
  t: TestContext,
  db: Database,
  port: number,
  kept: TenantAct[],
  options: { readonly jobs?: boolean },
): Promise<RulesPlatform> {
  let isRefusing = false;
  const alarms = {
    async apply(tenant: string, given: readonly AlarmAct[]) {
      if (isRefusing) throw new Error('the port is down');
      for (const act of given) if (!kept.some((known) => known.act.id === act.id)) kept.push({ tenant, act });
    },
  };
  const url = `http://127.0.0.1:${port}`;
  const host = await startServiceHost(t, db, [rules], {
    ports: { alarms },
    settings: { PUBLIC_URL: url, PORT: String(port) },
    ...options,
  });
  await host.app.listen({ port, host: '127.0.0.1' });
  const context = url + TERRITORY_CONTEXT_PATH;
  let isStopped = false;
  const inTenant = (tenant: string): RulesPlatform => {
    const ask: RulesPlatform['ask'] = async (method, path, body) => {
      const answer = await fetch(url + path, {
        method,
        headers: {
          ...(tenant !== '' && { 'ngsild-tenant': tenant }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    };
    return {
      url,
      context,
      client: httpClient(url, { context, tenant }),
      db,
      get acts() {
        return kept.flatMap((each) => (each.tenant === tenant ? [each.act] : []));
      },
      refuse(is) {
        isRefusing = is;
      },
      ask,
      async put(rule) {
        const { status, body } = await ask('PUT', `/rules/${encodeURIComponent(rule.id)}`, rule);
        if (status !== 200) throw new Error(`${rule.id}: ${status} ${JSON.stringify(body)}`);
      },
      inTenant,
      async stop() {
        if (isStopped) return;
        isStopped = true;
        await host.stop();
        await db.close();
      },
    };
  };
  return inTenant('');
}

/**
 * One platform for the tests of a suite, each with its own tenant. Started by the first test, stopped after the suite.
 */
export function sharedRules(kind: DatabaseKind): () => Promise<RulesPlatform> {
  const ends: (() => unknown)[] = [];
  let started: Promise<RulesPlatform> | undefined;
  let tenants = 0;
  after(async () => {
    for (const end of ends) await end();
  });
  return async () => {
    const suite = { after: (end: () => unknown) => void ends.push(end) } as unknown as TestContext;
    started ??= rulesOn(suite, kind).then((rules) => rules.start());
    return (await started).inTenant(`rules_${++tenants}`);
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
