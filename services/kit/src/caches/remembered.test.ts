import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheMetrics, cacheUses } from './named-caches.ts';
import { remembered } from './remembered.ts';
import { weightOf } from './weight.ts';

test('values are read once while they are valid, after a failure again', async () => {
  let reads = 0;
  const read = remembered(
    'test_reads',
    async (key) => {
      reads++;
      if (key === 'bad') throw new Error('no');
      return key.toUpperCase();
    },
    { forMs: 60_000 },
  );
  assert.deepEqual(await Promise.all([read('a'), read('a')]), ['A', 'A']);
  assert.equal(await read('a'), 'A');
  assert.equal(reads, 1);
  await assert.rejects(read('bad'));
  await assert.rejects(read('bad'));
  assert.equal(reads, 3);
});

test('values are limited in bytes, and the metrics show the limit', async () => {
  const mostBytes = 100_000;
  const read = remembered('test_filled', async (key) => ({ text: key.repeat(500) }), { forMs: 60_000, mostBytes });
  for (let n = 0; n < 1000; n++) await read(`key${n}`);
  const use = cacheUses('others').test_filled;
  assert.ok(use !== undefined && use.bytes <= mostBytes && use.bytes > mostBytes / 2, JSON.stringify(use));
  assert.ok(use.entries > 5 && use.entries < 100, `${use.entries} entries`);
  assert.match(cacheMetrics(), new RegExp(`alzette_cache_bytes\\{cache="test_filled"\\} ${use.bytes}\n`));
  assert.match(cacheMetrics(), /alzette_cache_bytes_most\{cache="test_filled"\} 100000\n/);
});

test('weights match the memory use in V8', () => {
  const rows = Array.from({ length: 1000 }, (_, n) => ({ id: `urn:ngsi-ld:Lamp:${n}`, at: [n, n + 0.5], is: true }));
  const text = JSON.stringify(rows).length;
  for (const value of [rows, new Map(rows.map((row) => [row.id, row])), new Set(rows)]) {
    const weight = weightOf(value);
    assert.ok(weight > 2 * text && weight < 8 * text, `${weight} of ${text} characters`);
  }
  assert.ok(weightOf(new Uint8Array(5000)) > 5000);
});
