import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSealed, secretsUnder } from './secrets.ts';

test('an encrypted text can only be decrypted with its key and for its owner, and is different each time', () => {
  const secrets = secretsUnder(Buffer.alloc(32, 1));
  const sealed = secrets.seal('pässword', 'urn:a');
  assert.ok(isSealed(sealed) && !sealed.includes('password'));
  assert.match(sealed, /^[\w.-]+$/);
  assert.notEqual(secrets.seal('pässword', 'urn:a'), sealed);
  assert.equal(secrets.open(sealed, 'urn:a'), 'pässword');
  assert.equal(secrets.open('clear', 'urn:a'), 'clear');
  assert.throws(() => secrets.open(sealed, 'urn:b'));
  assert.throws(() => secretsUnder(Buffer.alloc(32, 2)).open(sealed, 'urn:a'));
  const at = sealed.length - 6;
  const forged = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
  assert.throws(() => secrets.open(forged, 'urn:a'));
  assert.throws(() => secrets.open('sealed.v1.', 'urn:a'));
});
