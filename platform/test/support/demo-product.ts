import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DemoData, newDemoData } from './demo-data.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';

/** A service of others, which has a page in the portal. */
const EXAMPLE = fileURLToPath(new URL('../../../examples/drinking-fountains', import.meta.url));

let started: Promise<PlatformProcess> | undefined;
let data: DemoData | undefined;

// Registered at the root, because `after` inside a suite belongs to that suite.
after(async () => {
  const platform = await started?.catch(() => undefined);
  await platform?.stop();
  await data?.remove();
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
  data = await newDemoData();
  const platform = await startPlatformProcess({ ...data.settings, SERVICES: EXAMPLE });
  await platform.filled();
  return platform;
}
