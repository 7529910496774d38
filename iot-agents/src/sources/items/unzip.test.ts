import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { unzip } from './unzip.ts';

const WANTED = (name: string) => name === 'stops.txt' || name === 'trips.txt';

describe('a zip', () => {
  test('returns the requested files, compressed or stored, in any folder', async () => {
    const files = await unzip(
      zipSync({
        'feed/stops.txt': [strToU8('a\n'.repeat(200_000)), { level: 9 }],
        'trips.txt': [strToU8('b'), { level: 0 }],
        'shapes.txt': strToU8('c'),
      }),
      WANTED,
    );
    assert.deepEqual([...files.keys()], ['stops.txt', 'trips.txt']);
    assert.equal(files.get('stops.txt')?.length, 400_000);
    assert.equal(String(files.get('trips.txt')), 'b');
  });

  test('of 300 kB that unpacks to 300 MB is refused during unpacking', async () => {
    const bomb = zipSync({ 'stops.txt': [new Uint8Array(300 * 1024 * 1024), { level: 9 }] });
    assert.ok(bomb.length < 400_000, `${bomb.length} bytes`);
    const before = process.memoryUsage().arrayBuffers;
    await assert.rejects(unzip(bomb, WANTED), /unpacks to more than \d+ bytes, packed it has \d+/);
    const grown = (process.memoryUsage().arrayBuffers - before) / 1024 / 1024;
    assert.ok(grown < 120, `${grown} MiB more`);
  });

  test('that declares a smaller size is refused as well', async () => {
    const bomb = zipSync({ 'stops.txt': [new Uint8Array(100 * 1024 * 1024), { level: 9 }] });
    const claimed = Buffer.from(bomb);
    claimed.writeUInt32LE(10, 22);
    await assert.rejects(unzip(claimed, WANTED), /unpacks to more than|is not a zip/);
  });

  for (const [name, bytes] of [
    ['text', strToU8('no zip')],
    ['nothing', new Uint8Array(0)],
    ['the head of one', strToU8('PK\u0003\u0004and then nothing of the kind')],
  ] as const) {
    test(`that is ${name} gives no files`, async () => {
      const files = await unzip(bytes, WANTED).catch((cause: Error) => cause.message);
      assert.ok(typeof files === 'string' ? /is not a zip/.test(files) : files.size === 0);
    });
  }
});
