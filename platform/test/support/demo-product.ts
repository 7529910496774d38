import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ownDatabase } from './own-database.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';

let started: Promise<PlatformProcess> | undefined;
let dataDir: string | undefined;
let database: Awaited<ReturnType<typeof ownDatabase>> | undefined;

// Registered at the root, because `after` inside a suite belongs to that suite.
after(async () => {
  const platform = await started?.catch(() => undefined);
  await platform?.stop();
  await database?.drop();
  if (dataDir) await rm(dataDir, { recursive: true });
});

/**
 * The product with its demo, shared by all tests of the process because its history takes long to write, the longer in
 * an embedded database. A test may add to it, and change what no other test reads.
 */
export function demoProduct(): Promise<PlatformProcess> {
  started ??= start();
  return started;
}

async function start(): Promise<PlatformProcess> {
  dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const { TEST_DATABASE_URL } = process.env;
  if (TEST_DATABASE_URL) database = await ownDatabase(TEST_DATABASE_URL, 'demo');
  const platform = await startPlatformProcess({ DATA_DIR: dataDir, DATABASE_URL: database?.url, DEMO: 'on' });
  await platform.filled();
  return platform;
}
