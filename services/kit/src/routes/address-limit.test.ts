import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheUses } from '../caches/caches.ts';
import { addressLimit } from './address-limit.ts';

test('each address has its own limit per hour', () => {
  const limit = addressLimit(2);
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    limit.take(address);
    limit.take(address);
    assert.throws(() => limit.take(address), { status: 429 });
  }
});

test('the addresses of one IPv6 network share a limit', () => {
  const limit = addressLimit(2);
  limit.take('2001:db8::1');
  limit.take('2001:db8::2');
  assert.throws(() => limit.take('2001:db8::3'), { status: 429 });
  limit.take('2001:db8:0:1::1');
});

test('addresses are limited in bytes, and the latest are still counted', () => {
  const limit = addressLimit(1);
  for (let n = 0; n < 1000; n++) limit.take(`${'x'.repeat(10_000)}${n}`);
  const { address_limits: use } = cacheUses('others');
  assert.ok(use && use.bytes <= use.mostBytes && use.entries > 0 && use.entries < 1000, JSON.stringify(use));
  assert.throws(() => limit.take(`${'x'.repeat(10_000)}999`), { status: 429 });
});
