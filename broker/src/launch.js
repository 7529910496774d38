import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/*
 * node [options] launch.js program: replaces this process with node running the program with the same options, in an
 * environment that must be set before node starts. It is plain JavaScript: TypeScript, even from the compile cache, would
 * load the type stripper.
 *
 * Why `npm start` passes these options to node:
 * - max-semi-space-size: with 32 MiB for young objects, most of them die before a collection, so few are copied. Half as
 *   much took 5 to 25 % more CPU time for notifications, measures and uplinks under load, and 10 to 25 MiB less memory.
 * - heap-growing-percent: the old generation may grow by half between collections. Little is promoted to it; twice as
 *   much took 45 MiB more.
 * - no-allocation-site-pretenuring: otherwise objects that survive a load of many entities would from then on be
 *   allocated in the old generation, where they retain all they refer to, although later ones are short-lived. Measured:
 *   a fifth of the CPU time of an update.
 * - v8-pool-size: one helper thread for the collector. The default of four would take the CPU from the main thread.
 * - initial-old-space-size: the first 96 MiB of old objects are not collected, because nearly all of them stay in use.
 * - wasm-tiering-budget: functions of the embedded database are optimised only if they are called more often than
 *   during a start.
 * - wasm-lazy-validation: they are validated at the first call, not all of them when the database is opened.
 *   The last three together save a quarter of the CPU time of a start with the embedded database: 5.8 s instead of 7.6 s.
 */

/** Defaults: variables that are already set keep their values. */
const ENVIRONMENT = {
  // Compiled code is read from this cache, in threads too. It saves half of the CPU time of a start, and 15 MiB. It is
  // not in /tmp, where other users can write.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
  // These two are for glibc; other C libraries ignore them. With one arena per thread, much freed memory is retained.
  MALLOC_ARENA_MAX: '2',
  // Larger blocks are returned to the system at once. By default glibc raises this threshold, and retains the memory of
  // messages of the embedded database: after five minutes of the demo one arena held 296 MB with 3 in use; with this setting 7.
  MALLOC_MMAP_THRESHOLD_: '131072',
};

const [, , program = '', ...rest] = process.argv;
const environment = { ...ENVIRONMENT, ...process.env };
if (process.platform !== 'win32' && process.channel === undefined) {
  process.execve(process.execPath, [process.execPath, ...process.execArgv, program, ...rest], environment);
}
// Windows has no execve. A channel to the parent process would be lost.
Object.assign(process.env, environment);
process.argv = [process.execPath, resolve(program), ...rest];
await import(pathToFileURL(resolve(program)).href);
