import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { cacheUses } from '@alzette/kit/caches';
import type { SignatureScheme } from '../devices/connection.ts';
import { createSignatureCheck } from './webhook-signature.ts';

const KEY = 'the key';
const scheme = { header: 'X-Signature', timestampHeader: 'X-Time' } as SignatureScheme;

function signed(n: number): { readonly headers: Record<string, string>; readonly body: Buffer } {
  const body = Buffer.from(`{"n":${n}}`);
  const time = String(Date.now());
  const signature = createHmac('sha256', KEY).update(`${time}.`).update(body).digest('hex');
  return { headers: { 'x-signature': signature, 'x-time': time }, body };
}

test('a signed message is accepted once, even if its signature is written differently', () => {
  const check = createSignatureCheck();
  const { headers, body } = signed(1);
  const again = (signature: string) => check.fault(scheme, [KEY], { ...headers, 'x-signature': signature }, body);
  const own = headers['x-signature'] as string;
  assert.equal(again(own), undefined);
  for (const spelt of [own, own.toUpperCase(), `${own}zz`, `${own}z${'a'.repeat(1000)}`]) {
    assert.equal(again(spelt), 'this message was received before', spelt);
  }
  check.forget(scheme, headers);
  assert.equal(again(own), undefined, 'it could not be stored, so it may come again');
});

test('the memory for signatures of messages is limited in bytes', () => {
  const check = createSignatureCheck();
  for (let n = 0; n < 20_000; n++) {
    const { headers, body } = signed(n);
    assert.equal(check.fault(scheme, [KEY], headers, body), undefined);
  }
  const { headers, body } = signed(20_000);
  assert.equal(check.fault(scheme, [KEY], headers, body), undefined);
  assert.equal(check.fault(scheme, [KEY], headers, body), 'this message was received before');
  const use = cacheUses('others').webhook_signatures;
  assert.ok(use !== undefined && use.bytes <= use.mostBytes && use.entries > 10_000, JSON.stringify(use));
});
