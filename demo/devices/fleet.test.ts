import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantOf, readStrategy } from '@alzette/lighting';
import { demoFolder, distance, planeOf, readTerritory } from '@alzette/territory';
import { containerAt, readContainer } from './containers.ts';
import { emptiedAt, staticEntities } from './entities.ts';
import { assembleFleet } from './fleet.ts';
import { placeAssets } from './places.ts';
import { lightingProgramme } from './programme.ts';
import { simulateDevice } from './simulated-device.ts';

const territory = readTerritory(demoFolder());
const plane = planeOf(territory);
const places = placeAssets(territory);
const ZONE = 'Europe/Paris';
const programme = lightingProgramme({
  strategy: readStrategy({
    name: 'half',
    on: 'sunset+00:12',
    off: 'sunrise-00:12',
    programme: { level: 1, slots: [{ from: '22:00', to: '05:00', level: 0.5 }] },
  }),
  site: { latitude: 49.44, longitude: 5.95, timeZone: ZONE },
});
const fleet = assembleFleet(places, () => programme, 1);

describe('the places', () => {
  test('are at least 480 lamps, 24 cabinets and 64 containers, in all eight communes, each with its own id', () => {
    assert.ok(places.lamps.length >= 480, `${places.lamps.length} lamps`);
    assert.ok(places.cabinets.length >= 24, `${places.cabinets.length} cabinets`);
    assert.ok(places.containers.length >= 64, `${places.containers.length} containers`);
    const all = [...places.lamps, ...places.cabinets, ...places.containers];
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const kind of [places.lamps, places.cabinets, places.containers]) {
      assert.equal(new Set(kind.map(({ commune }) => commune)).size, 8);
    }
  });

  test('are near the street of their address, with lamps at plausible distances', () => {
    const points = places.lamps.map(({ position }) => plane.toPoint(position));
    places.lamps.forEach(({ street, commune, name }, i) => {
      const lines = territory.streets.features.filter(
        ({ properties }) => properties.name === street && properties.commune === commune,
      );
      const vertices = lines.flatMap(({ geometry }) => geometry.coordinates.map(plane.toPoint));
      const away = Math.min(...vertices.map((vertex) => distance(vertex, points[i] as (typeof points)[number])));
      assert.ok(away < 45, `${name}: ${away} m`);
    });
    points.forEach((point, i) => {
      for (let j = 0; j < i; j++) assert.ok(distance(point, points[j] as typeof point) > 10);
    });
  });

  test('give every lamp a cabinet that exists', () => {
    const cabinets = new Set(places.cabinets.map(({ id }) => id));
    for (const lamp of places.lamps) assert.ok(cabinets.has(lamp.cabinet), lamp.id);
  });
});

describe('the fleet', () => {
  test('has a device for each asset, each with its own EUI', () => {
    const assets = places.lamps.length + places.cabinets.length + places.containers.length;
    assert.equal(fleet.devices.length, assets);
    assert.equal(new Set(fleet.devices.map(({ devEui }) => devEui)).size, assets);
    for (const { devEui } of fleet.devices) assert.match(devEui, /^[0-9a-f]{16}$/);
  });

  test('has reported completely within six seconds of its start', () => {
    const start = Date.UTC(2026, 10, 24, 11);
    const devices = fleet.behaviours.map((behaviour) => simulateDevice(behaviour, plane, start, Math.random));
    const sent = new Set(devices.filter((device) => device.tick(start + 6000, start + 6000) !== undefined));
    assert.equal(sent.size, devices.length);
  });

  test('switches on within minutes at dusk, each lamp once, and reports the time', () => {
    const noon = Date.UTC(2026, 10, 24, 12);
    const lamps = fleet.behaviours.slice(0, places.lamps.length);
    const devices = lamps.map((lamp) => simulateDevice({ ...lamp, interval: 1e12 }, plane, noon, () => 0.5));
    for (const device of devices) device.tick(noon + 6000, noon);

    const switchedAt: number[] = [];
    for (let at = Date.UTC(2026, 10, 24, 15, 30); at < Date.UTC(2026, 10, 24, 16, 30); at += 10_000) {
      for (const device of devices) {
        const message = device.tick(at, at);
        if (!message) continue;
        const { frm_payload } = JSON.parse(message.payload).uplink_message;
        assert.equal((Buffer.from(frm_payload, 'base64')[0] ?? 0) & 5, 5);
        switchedAt.push(at);
      }
    }
    const healthy = places.lamps.length * 0.95;
    assert.ok(switchedAt.length > healthy && switchedAt.length <= places.lamps.length, `${switchedAt.length} switched`);
    const spread = (Math.max(...switchedAt) - Math.min(...switchedAt)) / 60_000;
    assert.ok(spread > 3 && spread < 8, `${spread} min`);
  });

  test('reports a few uplinks a second at real time', () => {
    const perSecond = fleet.behaviours.reduce((sum, { interval }) => sum + 1000 / interval, 0);
    assert.ok(perSecond > 1.2 && perSecond < 6, `${perSecond}/s`);
  });
});

describe('a container', () => {
  const place = places.containers[0] as (typeof places.containers)[number];
  const container = containerAt(place, 0);

  test('fills up over days and is nearly empty after its round', () => {
    const emptied = Date.parse(emptiedAt(container, instantOf('2026-04-11', 12 * 60, ZONE)));
    const levels = [1, 2, 3].map((days) => readContainer(container, emptied + days * 86_400_000).filling);
    assert.ok(readContainer(container, emptied + 60_000).filling < 0.05);
    assert.ok((levels[0] as number) < (levels[1] as number) && (levels[1] as number) < (levels[2] as number));
  });

  test('was emptied at the time in its entity', () => {
    const at = instantOf('2026-07-20', 15 * 60, ZONE);
    const entity = staticEntities(territory, places, fleet.containers, at).find(({ id }) => id === place.id);
    const { dateLastEmptying } = entity as unknown as { dateLastEmptying: { value: string } };
    const ago = at - Date.parse(dateLastEmptying.value);
    assert.ok(ago >= 0 && ago < 15 * 86_400_000, dateLastEmptying.value);
  });
});
