import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { anotherPostgres } from '@alzette/broker/test-support';
import { freePort } from '../../../platform/test/support/platform-process.ts';
import { PLACE, packDocuments } from './support/procedure-host.ts';

/** `KILLS=50 node --test services/procedures/test/survives-kills.test.ts` is the full test. */
const KILLS = Number(process.env.KILLS ?? 2);
const PROCESS = new URL('./support/procedure-process.ts', import.meta.url);
const JSON_TYPE = { 'content-type': 'application/json' };
const EACH = [0, 1, 2, 3];

test(`no acknowledged request is lost in ${KILLS} kills, and none books twice`, {
  skip: anotherPostgres() === undefined && 'PostgreSQL is missing (TEST_DATABASE_URL is not set)',
}, async (t) => {
  const database = anotherPostgres();
  assert.ok(database);
  const db = await database.open();
  const folder = await mkdtemp(join(tmpdir(), 'alzette-kills-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, DATABASE_URL: await database.url(), PORT: String(port), FOLDER: folder };
  let running: ChildProcess | undefined;
  const begin = async () => {
    running = fork(PROCESS, { env, execArgv: [] });
    await once(running, 'message');
  };
  const kill = async () => {
    running?.kill('SIGKILL');
    if (running?.exitCode === null) await once(running, 'exit');
  };
  t.after(kill);
  await begin();
  const put = async (path: string, document: unknown, method = 'PUT') =>
    answered(
      await fetch(url + path, { method, headers: JSON_TYPE, ...(document ? { body: JSON.stringify(document) } : {}) }),
    );
  const resource = packDocuments('booking-resources').get('bulky-waste');
  await put('/procedures/resources/bulky-waste', { ...resource, capacity: 1000 });
  await put('/procedures/bulky-waste', packDocuments('procedures').get('bulky-waste'));
  await put('/procedures/bulky-waste/publish', undefined, 'POST');
  const { slots } = (await answered(await fetch(`${url}/citizen/v1/procedures/slots/bulky-waste`))) as {
    slots: { id: string }[];
  };
  const slot = slots[0]?.id ?? '';

  const ids = new Set<string>();
  for (let n = 0; n < KILLS; n++) {
    const killing = sleep(Math.random() * 200).then(kill);
    const sent = EACH.map((i) => send(url, slot, `round-${n}-${i}`).catch(() => undefined));
    await killing;
    await Promise.all(sent);
    await begin();
    // A client without an answer sends the same request again.
    for (const i of EACH) {
      const before = await sent[i];
      const again = await send(url, slot, `round-${n}-${i}`);
      if (before !== undefined) assert.equal(again, before, 'as it was acknowledged before the kill');
      ids.add(again);
    }
  }
  assert.equal(ids.size, KILLS * EACH.length);
  const { rows } = await db.query<{ id: string; booked: number; sealed: boolean }>({
    text: `SELECT d.id, (SELECT count(*) FROM procedures.booking b WHERE b.tenant = '' AND b.dossier = d.id) AS booked,
      EXISTS (SELECT FROM procedures.sender s WHERE s.tenant = '' AND s.dossier = d.id) AS sealed
      FROM procedures.dossier d WHERE d.tenant = '' ORDER BY d.id`,
  });
  assert.deepEqual(
    rows,
    [...ids].sort().map((id) => ({ id, booked: 1, sealed: true })),
  );
  const { rows: taken } = await db.query({ text: `SELECT taken::float8 FROM procedures.slot WHERE tenant = ''` });
  assert.deepEqual(taken, [{ taken: ids.size * 1.5 }], 'a sofa each');
});

/** @returns the reference */
async function send(url: string, slot: string, key: string): Promise<string> {
  const answers = {
    objects: [{ thing: 'sofa', count: 1 }],
    address: { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE },
    slot: { slot },
  };
  const applicant = { kind: 'citizen', name: key, phone: '0600000000' };
  const answer = await fetch(`${url}/citizen/v1/procedures/bulky-waste/dossiers`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'idempotency-key': key },
    body: JSON.stringify({ version: 1, language: 'fr', applicant, answers }),
  });
  return String((await answered(answer)).id);
}

async function answered(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await answer.text();
  assert.ok(answer.ok, `${answer.status}: ${text}`);
  return JSON.parse(text);
}
