import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startArguments } from './start-command.ts';

/*
 * Runs after `npm ci`, so that the first start is quick: builds the pages and the template of new embedded databases, and
 * compiles the code.
 */
await Promise.all([import('../platform/src/build-pages.ts'), import('./database-template.ts')]);
// Compiled code is only used by a process with the same options. If this fails, the first start compiles it.
const [program, ...options] = startArguments('').reverse();
if (program !== undefined) {
  spawnSync(process.execPath, [...options.reverse(), fileURLToPath(new URL('compile-code.ts', import.meta.url))]);
}
