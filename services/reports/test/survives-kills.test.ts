import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { anotherPostgres } from '@alzette/broker/test-support';
import sharp from 'sharp';
import { freePort } from '../../../platform/test/support/platform-process.ts';
import { PLACE, solve } from './support/report-host.ts';

/** `KILLS=50 node --test services/reports/test/survives-kills.test.ts` is the full test. */
const KILLS = Number(process.env.KILLS ?? 2);
const SENDINGS = 10;
const PROCESS = new URL('./support/report-process.ts', import.meta.url);

test(`no acknowledged report or photo is lost in ${KILLS} kills, and each exists once`, {
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
  const settings = { proofBits: 1, postsPerAddressAndHour: 10_000 };
  const set = await fetch(`${url}/reports/settings`, {
    method: 'PUT',
    headers: JSON_TYPE,
    body: JSON.stringify(settings),
  });
  assert.equal(set.status, 200);

  const acknowledged = new Map<string, { readonly id: string; readonly token: string }>();
  for (let n = 0; n < KILLS; n++) {
    const killing = sleep(Math.random() * 250).then(kill);
    const sent = [0, 1, 2].map((i) => sendUntilKilled(url, `round-${n}-${i}`));
    await killing;
    await Promise.all(sent);
    await begin();
    // A client without an answer sends the same request again.
    for (const i of [0, 1, 2]) {
      const key = `round-${n}-${i}`;
      const answers: { readonly id: string; readonly token: string }[] = [];
      for (let time = 0; time < (i === 0 ? SENDINGS : 2); time++) answers.push(await send(url, key));
      assert.equal(new Set(answers.map(({ id }) => id)).size, 1, 'the same key is the same report');
      acknowledged.set(key, answers[0] as (typeof answers)[number]);
      const before = (await sent[i])?.id;
      if (before !== undefined) assert.equal(before, answers[0]?.id, 'as it was acknowledged before the kill');
    }
  }
  const { rows } = await db.query<{ id: string }>({ text: 'SELECT id FROM reports.report' });
  assert.deepEqual(rows.map(({ id }) => id).sort(), [...acknowledged.values()].map(({ id }) => id).sort());
  for (const { token } of acknowledged.values()) {
    const { photos } = await answered(await fetch(`${url}/citizen/v1/reports/follow/${token}`));
    assert.match(String(photos), /^data:image\/jpeg/, 'the photo is there');
  }
});

const JSON_TYPE = { 'content-type': 'application/json' };

/** The report that was acknowledged before the process was killed; undefined: none. */
function sendUntilKilled(url: string, key: string): Promise<{ readonly id: string } | undefined> {
  return send(url, key).catch(() => undefined);
}

async function send(url: string, key: string): Promise<{ readonly id: string; readonly token: string }> {
  const base = `${url}/citizen/v1/reports`;
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#395' } })
    .jpeg()
    .toBuffer();
  const photo = await answered(
    await fetch(`${base}/photos`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'idempotency-key': `${key}-photo` },
      body: new Uint8Array(picture),
    }),
  );
  const { challenge, bits } = await answered(await fetch(`${base}/challenge`));
  const body = {
    category: 'pothole',
    location: PLACE,
    photos: [photo.token],
    proof: { challenge, nonce: solve(String(challenge), Number(bits)) },
  };
  const headers = { ...JSON_TYPE, 'idempotency-key': key };
  const { id, token } = await answered(await fetch(base, { method: 'POST', headers, body: JSON.stringify(body) }));
  return { id: String(id), token: String(token) };
}

async function answered(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await answer.text();
  assert.ok(answer.ok, `${answer.status}: ${text}`);
  return JSON.parse(text);
}
