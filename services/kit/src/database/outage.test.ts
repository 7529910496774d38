import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outageOf } from './outage.ts';

const withCode = (code: string) => Object.assign(new Error('of PostgreSQL'), { code });

test('recognises outages of the database by the SQLSTATE', () => {
  assert.equal(outageOf(withCode('53100')), 'full');
  assert.equal(outageOf(withCode('53300')), 'overloaded');
  assert.equal(outageOf(withCode('55P03')), 'locked');
  assert.equal(outageOf(withCode('57P01')), 'away');
  assert.equal(outageOf(withCode('25006')), 'read-only');
  assert.equal(outageOf(withCode('40003')), 'alone');
  assert.equal(outageOf(new Error('lost', { cause: withCode('53200') })), 'overloaded');
  assert.equal(outageOf(Object.assign(new Error('lost'), { inDoubt: true })), 'away');
});

test('an error in a request or in the program is not an outage', () => {
  assert.equal(outageOf(withCode('23505')), undefined);
  assert.equal(outageOf(withCode('22P02')), undefined);
  assert.equal(outageOf(withCode('ENOENT')), undefined);
  assert.equal(outageOf(new TypeError('undefined is not a function')), undefined);
  assert.equal(outageOf('text'), undefined);
});
