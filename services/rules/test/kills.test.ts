import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { httpClient, TERRITORY_CONTEXT_PATH } from '../../../ngsi-ld-schemas/src/index.ts';
import type { AlarmAct, RuleDocument } from '../src/rules.ts';
import { databaseKinds, eventually, freePort } from './support/rules-platform.ts';

const PROCESS = fileURLToPath(new URL('./support/rules-process.ts', import.meta.url));
const SECOND = 1000;
const KILLS = 20;

const kinds = databaseKinds();
const postgres = kinds.find(({ label }) => label === 'postgres');
const skip = postgres === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

interface Child {
  readonly process: ChildProcess;
  kill(): Promise<void>;
}

async function startChild(t: TestContext, database: string, port: number, publicPort = port): Promise<Child> {
  const child = spawn(process.execPath, [PROCESS, database, String(port), String(publicPort)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(kill);
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('ready')) break;
  return { process: child, kill };
}

function rule(id: string, more: Partial<RuleDocument>): RuleDocument {
  return {
    id: `urn:ngsi-ld:Rule:${id}`,
    name: { fr: id, en: id },
    scope: { types: ['Streetlight'] },
    when: { attr: 'status', op: '==', value: 'defectiveLamp' },
    clear: { whenOver: true },
    severity: 'low',
    ...more,
  };
}

function lamp(n: number, status: string, at: number) {
  const observedAt = new Date(at).toISOString();
  return {
    id: `urn:ngsi-ld:Streetlight:${n}`,
    type: 'Streetlight',
    status: { type: 'Property', value: status, observedAt },
  };
}

async function put(port: number, document: RuleDocument): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/rules/${document.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(document),
  });
  assert.equal(answer.status, 200, await answer.text());
}

function clientOf(port: number) {
  const url = `http://127.0.0.1:${port}`;
  return httpClient(url, { context: url + TERRITORY_CONTEXT_PATH });
}

test(`kill -9 in the middle of \`for\` keeps the timer, ${KILLS} times over`, { skip, timeout: 400_000 }, async (t) => {
  const open = await (postgres as NonNullable<typeof postgres>).create(t);
  const db = await open();
  t.after(() => db.close());
  const url = await databaseUrl(db);
  const port = await freePort();
  let child = await startChild(t, url, port);
  await put(port, rule('failing', { for: 'PT240S', absence: { attr: 'status', after: 'PT6M' } }));
  const failedAt = Date.now() - 60 * SECOND;
  await clientOf(port).batchUpsert([lamp(1, 'defectiveLamp', failedAt)]);
  await eventually('the timer', async () => {
    const { rows } = await db.query({ text: 'SELECT FROM rules.entity WHERE due IS NOT NULL' });
    return rows.length === 1 || undefined;
  });
  for (let n = 0; n < KILLS; n++) {
    await child.kill();
    child = await startChild(t, url, port);
  }
  const killedUntil = Date.now();
  assert.ok(
    killedUntil < failedAt + 240 * SECOND,
    `the kills took until ${killedUntil - failedAt} ms after the failure`,
  );
  const raised = await eventually('the alarm', () => toldOf(db, 'raise'), 240 * SECOND);
  assert.equal(raised.act.at, new Date(failedAt + 240 * SECOND).toISOString());
  const lateMs = raised.at.getTime() - (failedAt + 240 * SECOND);
  t.diagnostic(`raised ${lateMs} ms after its time`);
  assert.ok(lateMs >= 0 && lateMs < 15 * SECOND);

  // And absence is noticed, across a restart, within a minute of its time.
  await child.kill();
  child = await startChild(t, url, port);
  const absent = await eventually('the absence', () => toldOf(db, 'raise', 'absence'), 200 * SECOND);
  assert.equal(absent.act.at, new Date(failedAt + 360 * SECOND).toISOString());
  const noticedMs = absent.at.getTime() - (failedAt + 360 * SECOND);
  t.diagnostic(`absence noticed ${noticedMs} ms after its time`);
  assert.ok(noticedMs < 60 * SECOND);
  const { rows } = await db.query({ text: 'SELECT FROM told' });
  assert.equal(rows.length, 2, 'each alarm is told once');
});

test('when the leader is killed, another process goes on within 15 seconds, and nothing is told twice', {
  skip,
  timeout: 200_000,
}, async (t) => {
  const open = await (postgres as NonNullable<typeof postgres>).create(t);
  const db = await open();
  t.after(() => db.close());
  const url = await databaseUrl(db);
  const [leaderPort, port] = [await freePort(), await freePort()];
  const leader = await startChild(t, url, leaderPort, port);
  await startChild(t, url, port);
  await put(port, rule('failing', {}));
  const client = clientOf(port);
  await client.batchUpsert([lamp(1, 'defectiveLamp', Date.now())]);
  await eventually('the first alarm', () => toldOf(db, 'raise'));
  await leader.kill();
  const killedAt = Date.now();
  await client.batchUpsert(Array.from({ length: 50 }, (_, n) => lamp(n + 1, 'defectiveLamp', Date.now())));
  await eventually(
    'the alarms of the others',
    async () => {
      const { rows } = await db.query({ text: 'SELECT FROM told' });
      return rows.length === 50 || undefined;
    },
    20 * SECOND,
  );
  const tookMs = Date.now() - killedAt;
  t.diagnostic(`taken over within ${tookMs} ms`);
  assert.ok(tookMs < 15 * SECOND, `${tookMs} ms`);
});

type Database = Awaited<ReturnType<Awaited<ReturnType<(typeof kinds)[number]['create']>>>>;

async function databaseUrl(db: Database): Promise<string> {
  const { rows } = await db.query<{ name: string }>({ text: 'SELECT current_database() AS name' });
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${rows[0]?.name}`;
  return url.href;
}

async function toldOf(db: Database, kind: string, cause = 'condition') {
  const { rows } = await db.query<{ act: string; at: Date }>({
    text: `SELECT act, at FROM told WHERE act ->> 'kind' = $1 AND act -> 'details' ->> 'cause' = $2`,
    values: [kind, cause],
  });
  return rows.map(({ act, at }) => ({ act: JSON.parse(act) as AlarmAct, at }))[0];
}
