import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Agent } from 'undici';
import type { Outgoing } from '../src/outgoing/outgoing.ts';
import { withSftp } from '../src/sources/sftp/sftp-directory.ts';
import { startSftpServer } from './support/sftp-server.ts';

test('a name that resolves differently the second time: SFTP connects to the checked address', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'sftp-'));
  t.after(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'a.csv'), 'n\n1\n');
  const server = await startSftpServer(root, 'user', 'password');
  t.after(() => server.close());
  const dispatcher = new Agent();
  t.after(() => dispatcher.close());
  const asked: string[] = [];
  // The only DNS lookup; no resolver knows the name.
  const outgoing: Outgoing = {
    dispatcher,
    async check(url) {
      asked.push(url);
      return { allowed: true, url: new URL(url), address: '127.0.0.1' };
    },
  };
  const from = { host: 'files.invalid', port: server.port, username: 'user', password: 'password', directory: '/' };
  const names = await withSftp(outgoing, from, server.hostKey, async (directory) =>
    (await directory.files()).map(({ name }) => name),
  );
  assert.deepEqual(names, ['a.csv']);
  assert.deepEqual(asked, [`sftp://files.invalid:${server.port}`]);
});
