import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gatewayAlertId } from './gateway-outage.ts';
import type { HeardDevice } from './heard-device.ts';
import { deviceAlertId, silenceChanges } from './silence.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const CADENCES = new Map([
  ['lamp', 900],
  ['quick', 10],
]);

function device(key: string, minutesAgo: number, members: Partial<HeardDevice> = {}): HeardDevice {
  return {
    key,
    name: key,
    entity: `urn:ngsi-ld:Device:${key}`,
    tenant: '',
    kind: 'lamp',
    lastSeenMs: NOW - minutesAgo * 60_000,
    gateway: 'gw',
    silentAfterS: undefined,
    alert: undefined,
    ...members,
  };
}

function changes(...devices: readonly HeardDevice[]) {
  const { silent, back } = silenceChanges(devices, CADENCES, NOW);
  return { silent: silent.map((one) => [one.device.key, one.alert]), back: back.map(({ key }) => key) };
}

describe('silence', () => {
  test('begins when a device has missed three reports of its kind, or as its profile says', () => {
    assert.deepEqual(
      changes(
        ...[
          device('a', 44),
          device('b', 46),
          device('c', 9, { kind: 'quick' }),
          device('d', 11, { kind: 'quick' }),
          device('e', 46, { silentAfterS: 7_200 }),
          device('f', 2, { silentAfterS: 60 }),
          device('g', 9_999, { kind: 'never measured' }),
        ].map((one) => ({ ...one, gateway: one.key })),
      ).silent,
      [
        ['b', deviceAlertId('b', NOW)],
        ['d', deviceAlertId('d', NOW)],
        ['f', deviceAlertId('f', NOW)],
      ],
    );
  });

  test('is reported once, and ends with the next frame', () => {
    const finalAlerts = { alert: deviceAlertId('a', NOW) };
    assert.deepEqual(changes(device('a', 60, finalAlerts), device('b', 1, finalAlerts)), { silent: [], back: ['b'] });
  });

  test('of nearly all devices of a gateway is an outage of the gateway', () => {
    const many = Array.from({ length: 9 }, (_, index) => device(`d${index}`, 60));
    const gateway = gatewayAlertId('gw', NOW);
    assert.deepEqual(
      changes(...many, device('alive', 1)).silent.map(([, alert]) => alert),
      many.map(() => gateway),
    );
    const standing = gatewayAlertId('gw', NOW - 3_600_000);
    const later = changes(...many.map((one) => ({ ...one, alert: standing })), device('later', 60)).silent;
    assert.deepEqual(later, [['later', standing]]);
    const half = changes(...many, ...many.map(({ key }) => device(`${key}-alive`, 1))).silent;
    assert.deepEqual(half[0], ['d0', deviceAlertId('d0', NOW)]);
    const few = changes(device('x', 60), device('y', 60)).silent;
    assert.deepEqual(few[0], ['x', deviceAlertId('x', NOW)]);
  });

  test('of a gateway is one alert for all its devices, although they were last heard at different times', () => {
    const { alerts, finalAlerts } = watch(fleet(300, 900), { from: NOW, minutes: 90 });
    assert.equal(finalAlerts.size, 300);
    assert.equal(alerts.size, 1);
    assert.match([...alerts][0] ?? '', /silent-gateway:gw:/);
  });

  test('of fast devices becomes an outage of their gateway once the slow ones are overdue as well', () => {
    const quick = fleet(10, 10).map((one) => ({ ...one, key: `q-${one.key}`, name: `q-${one.key}` }));
    const { finalAlerts, alerts } = watch([...quick, ...fleet(100, 900)], { from: NOW, minutes: 90 });
    assert.equal(finalAlerts.size, 110);
    assert.equal(new Set(finalAlerts.values()).size, 1);
    // Those of the fast devices have been superseded.
    assert.equal(alerts.size, 11);
  });

  test('of a device that was silent before is not part of the outage', () => {
    const dead = ['x', 'y', 'z'].map((key) => device(key, 60 * 24, { alert: deviceAlertId(key, NOW - 86_000_000) }));
    assert.deepEqual(changes(...dead, device('w', 46)).silent, [['w', deviceAlertId('w', NOW)]]);
    const { finalAlerts } = watch([...dead, ...fleet(20, 900)], { from: NOW, minutes: 90 });
    assert.equal(finalAlerts.get('x'), dead[0]?.alert);
    assert.equal(new Set(finalAlerts.values()).size, 4);
  });

  test('of a device that is late after an outage is part of the outage', () => {
    const standing = gatewayAlertId('gw', NOW - 600_000);
    const back = Array.from({ length: 9 }, (_, index) => device(`b${index}`, 1));
    const silent = device('s', 70, { alert: standing });
    assert.deepEqual(changes(...back, silent, device('late', 46)).silent, [['late', standing]]);
    assert.deepEqual(changes(...back, silent, device('since', 2, { silentAfterS: 60 })).silent, [
      ['since', deviceAlertId('since', NOW)],
    ]);
  });
});

/** Devices of one gateway that was heard just now, each at some time within the interval. */
function fleet(count: number, cadenceS: number): HeardDevice[] {
  return Array.from({ length: count }, (_, index) =>
    device(`d${index}`, ((index / count) * cadenceS) / 60, { kind: cadenceS === 10 ? 'quick' : 'lamp' }),
  );
}

/** Checks each minute. `finalAlerts`: the final alert of each device; `alerts`: all alerts that existed. */
function watch(devices: readonly HeardDevice[], { from, minutes }: { from: number; minutes: number }) {
  const alerts = new Set<string>();
  const finalAlerts = new Map<string, string>();
  for (const { key, alert } of devices) if (alert !== undefined) finalAlerts.set(key, alert);
  for (let minute = 1; minute <= minutes; minute++) {
    const known = devices.map((one) => ({ ...one, alert: finalAlerts.get(one.key) }));
    for (const { device: fallen, alert } of silenceChanges(known, CADENCES, from + minute * 60_000).silent) {
      alerts.add(alert);
      finalAlerts.set(fallen.key, alert);
    }
  }
  return { alerts, finalAlerts };
}
