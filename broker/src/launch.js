import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/*
 * node [options] launch.js program: becomes node with these options running the program, in an environment that is read before
 * anything runs. Plain JavaScript: of TypeScript, even what Node has kept compiled would load what strips its types.
 *
 * Why `npm start` gives node the options it does:
 * - max-semi-space-size: 16 MiB of young objects are gone before they are collected, so that few are ever copied.
 * - heap-growing-percent: the old may grow by half before they are collected. Few come to be old: twice as much took 45 MiB more.
 * - no-allocation-site-pretenuring: what lives long during a load of many entities would be made among the old ever after, where
 *   it holds on to all it points to though it is done with at once. Measured: a fifth of what an update takes of the processor.
 * - v8-pool-size: one thread helps to collect. The four that there would be take the processor from the one that answers.
 * - initial-old-space-size: the first 96 MiB of old objects are not collected, because nearly all of them live on.
 * - wasm-tiering-budget: functions of the embedded database are optimised when they are called more often than at a start.
 * - wasm-lazy-validation: they are checked when they are first called, not all of them when the database is opened.
 *   These three together save a quarter of the CPU time of a start with the embedded database: 5.8 s in place of 7.6 s.
 */

/** What is set already stays. */
const ENVIRONMENT = {
  // What was compiled once is read from there, in threads too: of the CPU time that a start takes, half, and 15 MiB. Not in
  // /tmp, where others write.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
  // Of glibc; others don't know them. One arena for each thread keeps much of what all have given back.
  MALLOC_ARENA_MAX: '2',
  // Of glibc too: what is larger goes back at once. By itself it would raise this bound, and keep what the messages of the
  // embedded database leave: after five minutes of the demo one arena held 296 MB with 3 in use; so it holds 7.
  MALLOC_MMAP_THRESHOLD_: '131072',
};

const [, , program = '', ...rest] = process.argv;
const environment = { ...ENVIRONMENT, ...process.env };
if (process.platform !== 'win32' && process.channel === undefined) {
  process.execve(process.execPath, [process.execPath, ...process.execArgv, program, ...rest], environment);
}
// There is no becoming another on Windows, and a channel to the process that started this one would be lost.
Object.assign(process.env, environment);
process.argv = [process.execPath, resolve(program), ...rest];
await import(pathToFileURL(resolve(program)).href);
