import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { openDatabase } from '../../../../broker/src/main.ts';
import { httpClient, type NgsiLdClient, TERRITORY_CONTEXT_PATH } from '../../../../ngsi-ld-schemas/src/index.ts';
import { readConfig } from '../../../../platform/src/config.ts';
import { startPlatform } from '../../../../platform/src/platform.ts';
import { freePort } from '../../../../platform/test/support/platform-process.ts';
import type { AlarmAct, RuleDocument } from '../../src/rules.ts';
import { rulesService } from '../../src/rules.ts';

export interface RulesPlatform {
  readonly url: string;
  readonly context: string;
  readonly client: NgsiLdClient;
  /** All that the port has taken, each act once. */
  readonly acts: AlarmAct[];
  /** Of the port, while it refuses. */
  refuse(isRefusing: boolean): void;
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  put(rule: RuleDocument): Promise<void>;
  close(): Promise<void>;
}

/** A kind of database there is here. */
export interface DatabaseKind {
  readonly label: string;
  /** A new database: the settings for it, and what ends it. */
  open(): Promise<{ readonly settings: Readonly<Record<string, string>>; drop(): Promise<void> }>;
}

export function databaseKinds(): DatabaseKind[] {
  const { TEST_DATABASE_URL: url } = process.env;
  return [
    {
      label: 'pglite',
      async open() {
        const dataDir = await mkdtemp(join(tmpdir(), 'alzette-rules-'));
        return { settings: { DATA_DIR: dataDir }, drop: () => rm(dataDir, { recursive: true }) };
      },
    },
    ...(url === undefined ? [] : [{ label: 'postgres', open: () => ownDatabase(url) }]),
  ];
}

let databases = 0;

async function ownDatabase(serverUrl: string) {
  const server = await openDatabase({ url: serverUrl });
  const name = `alzette_rules_${process.pid}_${++databases}`;
  await server.query({ text: `CREATE DATABASE ${name}` });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    settings: { DATABASE_URL: url.href },
    async drop() {
      await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await server.close();
    },
  };
}

/** The product with rules on a new database, which both end with the test. It can be started again on it. */
export async function rulesOn(t: TestContext, kind: DatabaseKind): Promise<{ start(): Promise<RulesPlatform> }> {
  const { settings, drop } = await kind.open();
  const acts: AlarmAct[] = [];
  let running: RulesPlatform | undefined;
  t.after(async () => {
    await running?.close();
    await drop();
  });
  return {
    async start() {
      await running?.close();
      running = undefined;
      running = await startRules(settings, acts);
      return running;
    },
  };
}

/** The product with the rules service alone, and a port that keeps what it is told. */
export async function startRules(
  settings: Readonly<Record<string, string>>,
  acts: AlarmAct[] = [],
): Promise<RulesPlatform> {
  const port = await freePort();
  const config = readConfig({ PORT: String(port), MQTT_PORT: '0', DEMO: 'off', ACCESS: 'open', ...settings });
  let isRefusing = false;
  const alarms = {
    async apply(_tenant: string, given: readonly AlarmAct[]) {
      if (isRefusing) throw new Error('the port is down');
      for (const act of given) if (!acts.some(({ id }) => id === act.id)) acts.push(act);
    },
  };
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const platform = await startPlatform(config, { logger, services: [rulesService({ alarms })] });
  const url = `http://127.0.0.1:${port}`;
  const context = config.publicUrl + TERRITORY_CONTEXT_PATH;
  const ask: RulesPlatform['ask'] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  return {
    url,
    context,
    client: httpClient(url, { context }),
    acts,
    refuse(is) {
      isRefusing = is;
    },
    ask,
    async put(rule) {
      const { status, body } = await ask('PUT', `/rules/${encodeURIComponent(rule.id)}`, rule);
      if (status !== 200) throw new Error(`${rule.id}: ${status} ${JSON.stringify(body)}`);
    },
    close: () => platform.close(),
  };
}

/** Waits until something holds. @throws Error: it does not in time */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 10_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`not seen within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
