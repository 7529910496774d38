import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DamagedError, decrypted, encrypted } from './age-file.ts';
import { newIdentity, readIdentity } from './age-key.ts';

const run = promisify(execFile);
const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
);

const SIZES = [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000];
const key = readIdentity(newIdentity());

test('encrypted data is decrypted again, for each size', async () => {
  for (const size of SIZES) {
    const plain = randomBytes(size);
    const sealed = await all(encrypted(pieces(plain, 10_000), key));
    assert.ok(size < 16 || !sealed.includes(plain.subarray(0, 16)), 'it is not to be read');
    assert.deepEqual(await all(decrypted(pieces(sealed, 777_77), key)), plain, `${size} bytes`);
    assert.deepEqual(await all(decrypted(pieces(sealed, 100), key)), plain, `${size} bytes, in small pieces`);
  }
});

test('another key, a changed byte and a missing end are reported', async () => {
  const sealed = await all(encrypted(pieces(randomBytes(200_000), 65_536), key));
  const other = readIdentity(newIdentity());
  await assert.rejects(all(decrypted(pieces(sealed, 9999), other)), /encrypted to another key than age1/);
  for (const at of [3, 60, 150, 200, 70_000, sealed.length - 1]) {
    const damaged = Buffer.from(sealed);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await assert.rejects(all(decrypted(pieces(damaged, 9999), key)), DamagedError, `a change at ${at}`);
  }
  const headerAndNonce = sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1 + 16;
  for (const length of [0, 10, headerAndNonce - 1, headerAndNonce, headerAndNonce + 65_552, sealed.length - 1]) {
    const cut = sealed.subarray(0, length);
    await assert.rejects(all(decrypted(pieces(cut, 9999), key)), DamagedError, `the first ${length} bytes`);
  }
});

test('an invalid key is refused', () => {
  assert.throws(() => readIdentity('secret'), /no line is a key/);
  const changed = newIdentity().replace(/(.)\n$/, (_, last: string) => `${last === 'Q' ? 'P' : 'Q'}\n`);
  assert.throws(() => readIdentity(changed), /no line is a key/);
});

test('the program age reads our files, and we read its files', {
  skip: !hasAge && 'no age',
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'age-'));
  t.after(() => rm(folder, { recursive: true }));
  const [identity, sealed, opened] = ['key', 'sealed', 'opened'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await run('age-keygen', ['-o', identity]);
  const theirs = readIdentity(await readFile(identity, 'utf8'));
  for (const size of SIZES) {
    const plain = randomBytes(size);
    await writeFile(sealed, encrypted(pieces(plain, 30_000), theirs));
    await run('age', ['-d', '-i', identity, '-o', opened, sealed]);
    assert.deepEqual(await readFile(opened), plain, `ours, ${size} bytes`);
    await run('age', ['-e', '-r', theirs.recipient, '-o', sealed, opened]);
    assert.deepEqual(
      await all(decrypted(pieces(await readFile(sealed), 30_000), theirs)),
      plain,
      `age's, ${size} bytes`,
    );
  }
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
