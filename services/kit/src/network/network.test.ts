import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from './network.ts';

test('an IPv6 address counts as its /64, however it is written', () => {
  const one = ['2001:db8::1', '2001:0DB8:0:0::ffff', '2001:db8:0:0:1:2:3:4', '2001:db8::1%eth0'];
  assert.deepEqual([...new Set(one.map(networkOf))], ['2001:db8:0:0']);
  assert.notEqual(networkOf('2001:db8:0:1::1'), networkOf('2001:db8::1'));
  assert.equal(networkOf('::1'), '0:0:0:0');
});

test('an IPv4 address counts alone, also in IPv6 notation', () => {
  const one = ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1'];
  assert.deepEqual([...new Set(one.map(networkOf))], ['192.0.2.1']);
  assert.notEqual(networkOf('192.0.2.2'), networkOf('192.0.2.1'));
});
