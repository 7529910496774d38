import { isMainThread } from 'node:worker_threads';

/*
 * Imported before the tests of a process. If a support file declares a test, for example one for each database, the test belongs
 * to the test file that called it, but the events of Node name only the support file. Threads of the tested code also import
 * this file, but have no tests.
 */
if (isMainThread) {
  const { beforeEach } = await import('node:test');
  const { declaredIn } = await import('./test-record.ts');
  beforeEach((t) => {
    if (t.filePath !== undefined) declaredIn.set(t.fullName, t.filePath);
  });
}
