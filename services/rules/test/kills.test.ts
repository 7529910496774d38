import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '@alzette/kit/testing';
import { httpClient, TERRITORY_CONTEXT_PATH } from '../../../ngsi-ld-schemas/src/index.ts';
import type { AlarmAct, RuleDocument } from '../src/rules.ts';
import { databaseKinds, freePort } from './support/rules-platform.ts';

const PROCESS = fileURLToPath(new URL('./support/rules-process.ts', import.meta.url));
const SECOND = 1000;
/** `KILLS=20` runs it for longer. */
const KILLS = Number(process.env.KILLS ?? 4);

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

/** Lamps whose timers end one after the other, so that kills hit some of them and others end soon after. */
const STAGGER_MS = 4 * SECOND;
const LAMPS = 60;

test(`kill -9 in the middle of \`for\` keeps the timer, ${KILLS} times over`, { skip, timeout: 400_000 }, async (t) => {
  const open = await (postgres as NonNullable<typeof postgres>).create(t);
  const db = await open();
  t.after(() => db.close());
  const url = await databaseUrl(db);
  const port = await freePort();
  let child = await startChild(t, url, port);
  await put(port, rule('failing', { for: 'PT30M', absence: { attr: 'status', after: 'PT30M10S' } }));
  const first = Date.now() - 1800 * SECOND + 10 * SECOND;
  const failed = Array.from({ length: LAMPS }, (_, n) => lamp(n + 1, 'defectiveLamp', first + n * STAGGER_MS));
  await clientOf(port).batchUpsert(failed);
  await eventually('the timers', async () => {
    const { rows } = await db.query({ text: 'SELECT FROM rules.entity WHERE due IS NOT NULL' });
    return rows.length === LAMPS || undefined;
  });
  for (let n = 0; n < KILLS; n++) {
    // The last kill comes after the first timers have ended, whatever the speed of the machine.
    if (n === KILLS - 1) await sleep(Math.max(0, first + 1801 * SECOND - Date.now()));
    await child.kill();
    child = await startChild(t, url, port);
  }
  const lastStart = Date.now();
  // The next timer after the last kill: its `for` has been through all of them, and so has the absence of an earlier
  // one.
  const dueAt = (n: number, waitS: number) => first + n * STAGGER_MS + waitS * SECOND;
  const next = failed.findIndex((_, n) => dueAt(n, 1800) > lastStart);
  assert.ok(
    next > 0 && next < LAMPS - 1,
    `the kills took until ${lastStart - first - 1800 * SECOND} ms after the first timer`,
  );
  const raised = (cause: string) => reportedOf(db, 'raise', cause);
  const last = await eventually('the alarm', () => alarmOn(raised('condition'), next), 30 * SECOND);
  assert.equal(last.act.at, new Date(dueAt(next, 1800)).toISOString());
  const absent = failed.findIndex((_, n) => dueAt(n, 1810) > lastStart);
  const missed = await eventually('the absence', () => alarmOn(raised('absence'), absent), 60 * SECOND);
  assert.equal(missed.act.at, new Date(dueAt(absent, 1810)).toISOString());
  for (const [what, { act, at }] of Object.entries({ alarm: last, absence: missed })) {
    const lateMs = at.getTime() - Date.parse(act.at);
    t.diagnostic(`${what} raised ${lateMs} ms after its time`);
    assert.ok(lateMs >= 0 && lateMs < 15 * SECOND);
  }
  // The timers that ended during the kills: each once, at its own time.
  const acts = [
    ...(await raised('condition')).map((each) => ({ ...each, waitS: 1800 })),
    ...(await raised('absence')).map((each) => ({ ...each, waitS: 1810 })),
  ];
  for (const { act, waitS } of acts) assert.equal(act.at, new Date(dueAt(lampNumber(act), waitS)).toISOString());
  assert.equal(new Set(acts.map(({ act }) => act.alarm)).size, acts.length, 'each alarm is told once');
  assert.ok(acts.length > next, `${acts.length} alarms of ${next} timers`);
});

test('when the leader is killed, another process takes over as soon as its lease has ended, and nothing is reported twice', {
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
  await eventually('the first alarm', async () => (await reportedOf(db, 'raise'))[0]);
  await leader.kill();
  const ended = await leaseOf(db);
  assert.ok(ended.leftMs <= 10 * SECOND, `${ended.leftMs} ms`);
  await client.batchUpsert(Array.from({ length: 50 }, (_, n) => lamp(n + 1, 'defectiveLamp', Date.now())));
  const taken = await eventually('another leader', async () => {
    const lease = await leaseOf(db);
    return lease.holder === ended.holder ? undefined : lease;
  });
  const afterMs = taken.until.getTime() - 10 * SECOND - ended.until.getTime();
  t.diagnostic(`taken over ${afterMs} ms after the end of the lease`);
  assert.ok(afterMs >= 0, `${afterMs} ms`);
  await eventually('the alarms of the others', async () => {
    const { rows } = await db.query({ text: 'SELECT FROM told' });
    return rows.length === 50 || undefined;
  });
  assert.equal(new Set((await reportedOf(db, 'raise')).map(({ act }) => act.alarm)).size, 50);
});

/** By the clock of the database. */
async function leaseOf(db: Database): Promise<{ holder: string; until: Date; leftMs: number }> {
  const text = `
    SELECT holder, until, extract(epoch FROM until - now())::float8 * 1000 AS "leftMs" FROM rules.lease WHERE name = 'engine'`;
  const [lease] = (await db.query<{ holder: string; until: Date; leftMs: number }>({ text })).rows;
  assert.ok(lease !== undefined);
  return lease;
}

type Database = Awaited<ReturnType<Awaited<ReturnType<(typeof kinds)[number]['create']>>>>;

async function databaseUrl(db: Database): Promise<string> {
  const { rows } = await db.query<{ name: string }>({ text: 'SELECT current_database() AS name' });
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${rows[0]?.name}`;
  return url.href;
}

async function reportedOf(db: Database, kind: string, cause = 'condition') {
  const { rows } = await db.query<{ act: string; at: Date }>({
    text: `SELECT act, at FROM told WHERE act ->> 'kind' = $1 AND act -> 'details' ->> 'cause' = $2`,
    values: [kind, cause],
  });
  return rows.map(({ act, at }) => ({ act: JSON.parse(act) as AlarmAct, at }));
}

/** The alarm of the lamp with an index. */
async function alarmOn(reportedAlarms: ReturnType<typeof reportedOf>, lamp: number) {
  return (await reportedAlarms).find(({ act }) => lampNumber(act) === lamp);
}

function lampNumber({ details }: AlarmAct): number {
  return Number(details?.entity.id.split(':').at(-1)) - 1;
}
