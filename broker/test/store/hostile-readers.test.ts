import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { dropReader, setReader } from '../../src/sql-views/sql-readers.ts';
import { reader as eventReader } from '../subscriptions/event-reader.ts';
import { startBroker } from '../subscriptions/two-brokers.ts';
import { freshTenant, testDatabases } from '../support/index.ts';

/*
 * A role that may only read the views of one tenant can send NOTIFY to any channel and LISTEN to any, because PostgreSQL
 * has no right for that. It must neither stop a process, nor be believed, nor learn anything of another tenant.
 */

const PACKAGES = fileURLToPath(new URL('../../../', import.meta.url));
const database = testDatabases().find(({ kind }) => kind === 'postgres');
const SKIP = database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

/** The names in all statements that send, by which every process listens, and the names they had before. */
function channels(): string[] {
  const files = globSync(['broker/src/**/*.ts', 'iot-agents/src/**/*.ts', 'services/*/src/**/*.ts'], { cwd: PACKAGES });
  const named = files.flatMap((file) => {
    const text = readFileSync(`${PACKAGES}${file}`, 'utf8');
    const constants = text.matchAll(/(?:CHANNEL|CHANGED|FILLED) = '([a-z_]+)'/g);
    const direct = text.matchAll(/(?:send_message|pg_notify)\('([a-z_]+)'/g);
    return [...constants, ...direct].map(([, name = '']) => name);
  });
  return [...new Set(named)].flatMap((name) => [name, `${name}.sealed`]);
}

async function startReader(t: TestContext) {
  assert.ok(database !== undefined);
  const [db, url] = [await database.open(), await database.url()];
  const role = `reader_${randomUUID().slice(0, 8)}`;
  await setReader(db, { role, tenants: [''] }, 'a long password');
  t.after(() => dropReader(db, role));
  const own = new URL(url);
  own.username = role;
  own.password = 'a long password';
  const client = new pg.Client({ connectionString: own.href });
  await client.connect();
  t.after(() => client.end());
  return { client, role, url };
}

async function startReaderBesideTwo(t: TestContext) {
  const { client, url } = await startReader(t);
  const tenant = freshTenant();
  const processes = [await startBroker(t, url, tenant), await startBroker(t, url, tenant)] as const;
  const follow = async () => {
    const aborted = new AbortController();
    t.after(() => aborted.abort());
    return eventReader(await fetch(`${processes[0].url}/events?tenant=${tenant}`, { signal: aborted.signal }));
  };
  return { client, tenant, processes, follow };
}

const lamp = (id: string) => ({
  id: `urn:ngsi-ld:Lamp:${id}`,
  type: 'Lamp',
  secretLevel: { type: 'Property', value: 7 },
});

describe('A reader of the SQL views', { skip: SKIP }, () => {
  test('neither stops a process by NOTIFY nor is believed', { timeout: 240_000 }, async (t) => {
    const { client, tenant, processes, follow } = await startReaderBesideTwo(t);
    const next = await follow();
    assert.equal((await next()).event, 'ready');
    const forged = {
      tenant,
      id: 'urn:ngsi-ld:Lamp:forged',
      at: new Date().toISOString(),
      trigger: 'deleted',
      changed: [],
    };
    const news = {
      by: randomUUID(),
      number: 1,
      news: [{ ...forged, was: { types: ['https://uri.etsi.org/ngsi-ld/default-context/Lamp'] } }],
    };
    const payloads = [
      'x{',
      '',
      'null',
      '{}',
      '[]',
      '"x"',
      JSON.stringify({ ask: 1, by: 'x' }),
      JSON.stringify({ tenant, id: 'urn:x:1', by: 'x' }),
      JSON.stringify(news),
      `${randomUUID()} ${'0'.repeat(64)} ${JSON.stringify(news)}`,
      `${randomUUID()} ${'0'.repeat(64)} aes.AAAA`,
      'y'.repeat(7_900),
    ];
    const named = channels();
    assert.ok(named.length > 30, `${named}`);
    for (const channel of named) {
      for (const payload of payloads) await client.query('SELECT pg_notify($1, $2)', [channel, payload]);
    }
    await processes[1].create(lamp('true'));
    const { event, data } = await next();
    assert.deepEqual([event, data.entity.id], ['entity', 'urn:ngsi-ld:Lamp:true']);
    for (const { child, url } of processes) {
      assert.deepEqual([child.exitCode, (await fetch(`${url}/live`)).status], [null, 200]);
    }
  });

  test('learns nothing of another tenant by LISTEN, and is not believed when it repeats what it hears', {
    timeout: 240_000,
  }, async (t) => {
    const { client, tenant, processes, follow } = await startReaderBesideTwo(t);
    const heard: { readonly channel: string; readonly payload: string }[] = [];
    client.on('notification', ({ channel, payload = '' }) => heard.push({ channel, payload }));
    for (const channel of channels()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    const next = await follow();
    assert.equal((await next()).event, 'ready');

    await processes[1].create(lamp('nightly'));
    assert.equal((await next()).data.entity.id, 'urn:ngsi-ld:Lamp:nightly');
    await processes[1].subscribe({
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
    });
    await client.query('SELECT 1');
    assert.ok(
      heard.some(({ channel }) => channel.startsWith('entity_change')),
      JSON.stringify(heard),
    );
    for (const { payload } of heard) {
      const open = payload + Buffer.from(payload.split(' ').at(-1) ?? '', 'base64').toString('latin1');
      assert.doesNotMatch(open, new RegExp(`${tenant}|Lamp|secretLevel|nightly`), payload);
    }
    for (const { channel, payload } of heard.splice(0))
      await client.query('SELECT pg_notify($1, $2)', [channel, payload]);
    await processes[1].create(lamp('after'));
    assert.equal((await next()).data.entity.id, 'urn:ngsi-ld:Lamp:after');
  });

  test('can’t write, lock, or raise the limits that it can’t lift itself', { timeout: 60_000 }, async (t) => {
    const { client, role } = await startReader(t);
    // These settings any role may change for itself.
    for (const setting of ['statement_timeout = 0', 'default_transaction_read_only = off']) {
      await client.query(`SET ${setting}`);
    }
    for (const statement of [
      'CREATE TEMP TABLE mine (a int)',
      'CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE TABLE public.mine (a int)',
      'SELECT pg_advisory_lock(1)',
      'SELECT pg_try_advisory_xact_lock(1, 2)',
      `SELECT lo_from_bytea(0, 'x')`,
      `SELECT send_message('entity_change', '{}')`,
      'SELECT key FROM message_key',
      'SELECT * FROM public.secret_key',
      `SET temp_file_limit = '-1'`,
      `ALTER ROLE ${role} CONNECTION LIMIT 1000`,
      `ALTER ROLE ${role} SET temp_file_limit = '-1'`,
    ]) {
      await assert.rejects(client.query(statement), (error: pg.DatabaseError) => error.code === '42501', statement);
    }
    const { rows } = await client.query('SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user');
    assert.deepEqual(rows, [{ rolconnlimit: 10 }]);
  });
});
