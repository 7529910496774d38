import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@alzette/broker';

const ALZETTE = fileURLToPath(new URL('../src/alzette.ts', import.meta.url));
const { TEST_DATABASE_URL } = process.env;
/** The number of kills before a run may end. */
const KILLS = Number(process.env.IMPORT_KILLS ?? 2);
const LINES = 20_000 * (KILLS + 2);

const skip = TEST_DATABASE_URL ? false : 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

test('a history import that is killed repeatedly continues, and imports each measurement once', { skip }, async (t) => {
  const server = await openDatabase({ url: TEST_DATABASE_URL as string });
  const name = `alzette_test_import_${process.pid}`;
  await server.query({ text: `CREATE DATABASE ${name}` });
  const url = new URL(TEST_DATABASE_URL as string);
  url.pathname = `/${name}`;
  const db = await openDatabase({ url: url.href });
  const folder = mkdtempSync(join(tmpdir(), 'alzette-import-'));
  t.after(async () => {
    await db.close();
    await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'measures.csv');
  const start = Date.UTC(2020, 0, 1);
  const rows = Array.from({ length: LINES }, (_, n) => {
    const at = new Date(start + Math.floor(n / 10) * 600_000).toISOString();
    return n % 1000 === 999 ? `urn:lamp:${n % 10},,${n}` : `urn:lamp:${n % 10},${at},${n}`;
  });
  writeFileSync(file, `id,observedAt,power\n${rows.join('\n')}\n`);
  const measures = rows.filter((row) => !row.includes(',,'));

  const run = () =>
    spawn(process.execPath, [ALZETTE, 'history', 'import', file, '--type', 'Lamp'], {
      env: { ...process.env, DATABASE_URL: url.href, DEMO: 'off', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  for (let kill = 0; kill < KILLS; kill++) {
    const child = run();
    await saysProgress(child);
    child.kill('SIGKILL');
    await once(child, 'close');
    const { rows: counts } = await db.query<{ count: number; imported: number }>({
      text: 'SELECT count(*), (SELECT sum(imported)::int8 FROM history_import) AS imported FROM history',
    });
    const [{ count = 0, imported = 0 } = {}] = counts;
    assert.ok(count > 0 && count < measures.length, `${count} measures after kill -9`);
    assert.equal(count, imported, 'the checkpoint is that of what is in history');
  }
  const [code] = await once(run().on('error', assert.fail), 'close');
  assert.equal(code, 1, 'lines were refused');

  const { rows: stored } = await db.query<{ row: string }>({
    text: `SELECT entity_id || ',' || (instance ->> 'observedAt') || ',' || number AS row FROM history`,
  });
  assert.deepEqual(stored.map(({ row }) => row).sort(), measures.sort());
  const { rows: refused } = await db.query<{ count: number }>({
    text: 'SELECT count(*) FROM history_import_rejection',
  });
  assert.equal(refused[0]?.count, LINES / 1000);
});

async function saysProgress(child: ChildProcess): Promise<void> {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes(' lines, ')) return;
  assert.fail('The import ended before it was killed');
}
