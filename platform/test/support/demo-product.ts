import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';

let started: Promise<PlatformProcess> | undefined;
let dataDir: string | undefined;

// Registered at the root, because `after` inside a suite belongs to that suite.
after(async () => {
  const platform = await started?.catch(() => undefined);
  await platform?.stop();
  if (dataDir) await rm(dataDir, { recursive: true });
});

/**
 * The product with its demo, as by `npm start`, shared by all tests of the process because its history takes long to
 * write. A test may add to it, and change what no other test reads.
 */
export function demoProduct(): Promise<PlatformProcess> {
  started ??= start();
  return started;
}

async function start(): Promise<PlatformProcess> {
  dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const platform = await startPlatformProcess({ DATA_DIR: dataDir });
  await platform.filled();
  return platform;
}
