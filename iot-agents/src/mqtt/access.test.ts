import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { overlaps } from '../frames/topic-filter.ts';
import type { MqttRights } from './access.ts';
import { mayPublish, maySubscribe } from './access.ts';

const DEVICE = { username: 'd', apikey: 'K', device: 'D' };
const KEY = { username: 'k', apikey: 'K' };
const ANYBODY = 'keys';
const BRIDGE = { username: 'b', topics: ['application/+/device/+/event/#', 'v3/#'] };

describe('the topics of a credential', () => {
  const nameOf = (rights: MqttRights): string => (typeof rights === 'string' ? 'who shows a key' : rights.username);
  const PUBLISH: readonly (readonly [MqttRights, string, boolean])[] = [
    [DEVICE, '/json/K/D/attrs', true],
    [DEVICE, 'json/K/D/attrs/t', true],
    [DEVICE, '/K/D/cmdexe', true],
    [DEVICE, '/json/K/E/attrs', false],
    [DEVICE, '/json/L/D/attrs', false],
    [DEVICE, '/K/D/cmd', false],
    [DEVICE, 'application/a/device/D/event/up', false],
    [KEY, '/ul/K/E/attrs', true],
    [KEY, '/ul/L/E/attrs', false],
    [BRIDGE, 'application/a/device/d/event/up', true],
    [BRIDGE, 'application/a/device/d/command/down', false],
    [BRIDGE, '/json/K/D/attrs', false],
    [ANYBODY, '/json/K/D/attrs', true],
    [ANYBODY, '/K/D/cmdexe', true],
    [ANYBODY, '/K/D/cmd', false],
    [ANYBODY, 'application/a/device/d/event/up', false],
    [ANYBODY, 'lns/c', false],
  ];
  for (const [credential, topic, expected] of PUBLISH) {
    test(`${nameOf(credential)} ${expected ? 'may' : 'may not'} publish on ${topic}`, () => {
      assert.equal(mayPublish(credential, topic), expected);
    });
  }

  const SUBSCRIBE: readonly (readonly [MqttRights, string, boolean])[] = [
    [DEVICE, '/K/D/cmd', true],
    [DEVICE, '/json/K/D/cmd', true],
    [DEVICE, '/K/D/configuration/values', true],
    [DEVICE, '/K/+/cmd', false],
    [DEVICE, '#', false],
    [DEVICE, '/json/K/D/attrs', false],
    [KEY, '/K/+/cmd', true],
    [KEY, '/+/+/cmd', false],
    [BRIDGE, 'v3/#', true],
    [BRIDGE, 'v3/a/devices/d/down/push', true],
    [BRIDGE, 'application/+/device/+/event/up', true],
    [BRIDGE, 'application/#', false],
    [BRIDGE, '#', false],
    [ANYBODY, '/K/D/cmd', true],
    [ANYBODY, '/K/+/cmd', false],
    [ANYBODY, '/+/D/configuration/values', false],
    [ANYBODY, '/json/K/D/attrs', false],
    [ANYBODY, '#', false],
  ];
  for (const [credential, filter, expected] of SUBSCRIBE) {
    test(`${nameOf(credential)} ${expected ? 'may' : 'may not'} subscribe to ${filter}`, () => {
      assert.equal(maySubscribe(credential, filter), expected);
    });
  }
});

describe('two topic filters', () => {
  const PAIRS: readonly (readonly [string, string, boolean])[] = [
    ['#', '/json/+/+/attrs/#', true],
    ['/json/k/d/attrs', '/json/+/+/attrs/#', true],
    ['/k/d/cmd', '/+/+/attrs/#', false],
    ['/k/+/cmd', '/+/+/cmdexe', false],
    ['application/+/device/+/command/down', 'application/+/device/+/event/+', false],
    ['$share/g/v3/+/devices/+/up', 'v3/+/devices/+/up', true],
    ['a/+', 'a', false],
    ['a/#', 'a', true],
  ];
  for (const [one, other, expected] of PAIRS) {
    test(`${one} and ${other} ${expected ? 'overlap' : 'have nothing in common'}`, () => {
      assert.equal(overlaps(one, other), expected);
      assert.equal(overlaps(other, one), expected);
    });
  }
});
