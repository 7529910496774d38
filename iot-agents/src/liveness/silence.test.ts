import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deviceAlertId, gatewayAlertId, type HeardDevice, silenceChanges } from './silence.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const CADENCES = new Map([
  ['lamp', 900],
  ['quick', 10],
]);

function device(devEui: string, minutesAgo: number, members: Partial<HeardDevice> = {}): HeardDevice {
  return {
    devEui,
    tenant: '',
    profile: 'lamp',
    lastSeenMs: NOW - minutesAgo * 60_000,
    gateway: 'gw',
    silentAfterS: undefined,
    alert: undefined,
    ...members,
  };
}

function changes(...devices: readonly HeardDevice[]) {
  const { silent, back } = silenceChanges(devices, CADENCES, NOW);
  return { silent: silent.map((one) => [one.device.devEui, one.alert]), back: back.map(({ devEui }) => devEui) };
}

describe('silence', () => {
  test('begins when a device has missed three reports of its kind, or as its profile says', () => {
    assert.deepEqual(
      changes(
        device('a', 44),
        device('b', 46),
        device('c', 9, { profile: 'quick' }),
        device('d', 11, { profile: 'quick' }),
        device('e', 46, { silentAfterS: 7_200 }),
        device('f', 2, { silentAfterS: 60 }),
        device('g', 9_999, { profile: 'never measured' }),
      ).silent,
      [
        ['b', deviceAlertId('b', NOW)],
        ['d', deviceAlertId('d', NOW)],
        ['f', deviceAlertId('f', NOW)],
      ],
    );
  });

  test('is told once, and ends with the next frame', () => {
    const told = { alert: deviceAlertId('a', NOW) };
    assert.deepEqual(changes(device('a', 60, told), device('b', 1, told)), { silent: [], back: ['b'] });
  });

  test('of nearly all devices of a gateway is the gateway’s', () => {
    const many = Array.from({ length: 9 }, (_, index) => device(`d${index}`, 60));
    const gateway = gatewayAlertId('gw', NOW);
    assert.deepEqual(
      changes(...many, device('alive', 1)).silent.map(([, alert]) => alert),
      many.map(() => gateway),
    );
    const standing = gatewayAlertId('gw', NOW - 3_600_000);
    const later = changes(...many.map((one) => ({ ...one, alert: standing })), device('later', 60)).silent;
    assert.deepEqual(later, [['later', standing]]);
    const half = changes(...many, ...many.map(({ devEui }) => device(`${devEui}-alive`, 1))).silent;
    assert.deepEqual(half[0], ['d0', deviceAlertId('d0', NOW)]);
    const few = changes(device('x', 60), device('y', 60)).silent;
    assert.deepEqual(few[0], ['x', deviceAlertId('x', NOW)]);
  });
});
