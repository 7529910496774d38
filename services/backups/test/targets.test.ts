import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { startSftpServer } from '../../../iot-agents/test/support/sftp-server.ts';
import { shownTarget, type TargetSettings, withTarget } from '../src/backups.ts';
import { startBucket } from './support/bucket.ts';

const LARGE = randomBytes(33 * 1024 * 1024);

for (const [kind, start] of [
  ['a folder', startFolder],
  ['an SFTP server', startSftp],
  ['a bucket', startOwnBucket],
] as const) {
  test(`${kind} stores, lists and removes files`, async (t) => {
    const { settings, large = LARGE.subarray(0, 1_000_000), looked = () => {} } = await start(t);
    assert.ok(!shownTarget(settings).includes('secret'), shownTarget(settings));
    await withTarget(settings, async (target) => {
      assert.deepEqual(await target.list(), []);
      assert.equal(await target.read('nothing'), undefined);
      await target.write('small', pieces(Buffer.from('text')));
      await target.write('large', pieces(large));
      await target.write('files/a/b', pieces(Buffer.from('below')));
      await target.write('small', pieces(Buffer.from('another')));
      assert.deepEqual((await target.list()).sort(), ['large', 'small']);
    });
    await withTarget(settings, async (target) => {
      const read = async (name: string) => buffer((await target.read(name)) ?? pieces(Buffer.alloc(0)));
      assert.equal(String(await read('small')), 'another');
      assert.equal(String(await read('files/a/b')), 'below');
      assert.ok((await read('large')).equals(large));
      await assert.rejects(target.write('broken', failing()), /in the middle/);
      await target.remove(['large', 'files/a/b', 'never there']);
      assert.deepEqual(await target.list(), ['small']);
      assert.equal(await target.read('files/a/b'), undefined);
    });
    looked();
  });
}

test('an SFTP server with an unexpected host key is refused', async (t) => {
  const { settings } = await startSftp(t);
  const wrong = { ...settings, hostKey: 'SHA256:no' } as TargetSettings; // the settings are those of SFTP
  await assert.rejects(
    withTarget(wrong, async () => {}),
    /has the host key SHA256:\S+, expected SHA256:no/,
  );
});

test('a connection is closed at once after a file was read, although the server is slow to close files', async (t) => {
  const { settings } = await startSftp(t, { closeMs: 200 });
  await withTarget(settings, (target) => target.write('small', pieces(Buffer.from('text'))));
  const read = await withTarget(settings, async (target) =>
    buffer((await target.read('small')) ?? pieces(Buffer.alloc(0))),
  );
  assert.equal(String(read), 'text');
});

interface Started {
  readonly settings: TargetSettings;
  readonly large?: Buffer;
  looked?(): void;
}

async function startFolder(t: TestContext): Promise<Started> {
  return { settings: { kind: 'folder', folder: join(await ownFolder(t), 'new', 'folder') } };
}

async function startSftp(t: TestContext, options = {}): Promise<Started> {
  const server = await startSftpServer(await ownFolder(t), 'town', 'secret', { room: 1e9, ...options });
  t.after(() => server.close());
  const url = `sftp://town:secret@127.0.0.1:${server.port}/new/folder`;
  return { settings: { kind: 'sftp', url, hostKey: server.hostKey } };
}

async function startOwnBucket(t: TestContext): Promise<Started> {
  const { url, parts, objects } = await startBucket(t);
  return {
    settings: { kind: 'bucket', url: `${url}/some/prefix`, accessKey: 'key', secretKey: 'secret', region: 'auto' },
    large: LARGE,
    looked() {
      assert.equal(parts(), 2, 'what is large comes in parts');
      assert.deepEqual([...objects.keys()], ['some/prefix/small']);
    },
  };
}

async function ownFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'targets-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('begun');
  throw new Error('in the middle');
}
