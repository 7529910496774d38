import { isMainThread } from 'node:worker_threads';

/*
 * Imported before the tests of a process. A test that a support file declares, as for each database, belongs to the
 * test file that called it: node's events have only the support file. Threads of the code under test import this as
 * well, and have no tests.
 */
if (isMainThread) {
  const { beforeEach } = await import('node:test');
  const { declaredIn } = await import('./test-record.ts');
  beforeEach((t) => {
    if (t.filePath !== undefined) declaredIn.set(t.fullName, t.filePath);
  });
}
