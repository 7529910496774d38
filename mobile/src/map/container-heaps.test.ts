import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Territory } from '@alzette/web/territory';
import type { Container } from '../containers/container.ts';
import { nameOffsets } from './commune-names.ts';
import { DISC_RADIUS, heapsOf } from './container-heaps.ts';

const FOLDER = new URL('../../../territories/pays-haut-val-d-alzette/', import.meta.url);
/** Metres of the map per pixel when the territory fills a phone of 390 pixels, and in a street. */
const WHOLE = 65;
const STREET = 0.5;

const communes = readCommunes();
/** Four sites of three containers around the centre of each commune, 400 m away from it. */
const containers = communes.flatMap(({ name, center: [longitude, latitude] }) =>
  [-1, 0, 1, 2].flatMap((site) =>
    ['glass', 'paper', 'textile'].map((kind, i) => {
      const [east, north] = [Math.cos(site * 1.57) * 0.0055, Math.sin(site * 1.57) * 0.0036];
      const position = [longitude + east + i * 0.00004, latitude + north] as const;
      return { id: `${name} ${site} ${kind}`, name, kind: 'glass', position, street: '', commune: name, status: 'ok' };
    }),
  ),
) as readonly Container[];

describe('containers on the map of a phone', () => {
  test('from afar they are discs that mix no communes, lose no container and do not cover one another', () => {
    const heaps = heapsOf(containers, WHOLE, true);
    assert.equal(heaps.length, 8); // communes
    const counted = heaps.map((heap) => [...new Set(heap.containers.map(({ commune }) => commune))].join(' and '));
    assert.deepEqual(counted.sort(), communes.map(({ name }) => name).sort());
    assert.deepEqual(new Set(heaps.flatMap((heap) => heap.containers)), new Set(containers));
    for (const [i, a] of heaps.entries())
      for (const b of heaps.slice(i + 1)) {
        const apart = distance(pixel(a.at), pixel(b.at));
        assert.ok(apart > 2 * DISC_RADIUS - 1, `${counted[i]}: ${apart} px`);
      }
  });

  test('from afar the name of each commune is beside the discs and the other names, and in the view', () => {
    const heaps = heapsOf(containers, WHOLE, true);
    const offsets = nameOffsets(communes, heaps, WHOLE);
    const boxes = communes.map(({ name, center }, i) => {
      const [x, y] = pixel(center);
      const [dx, dy] = offsets[i] ?? [0, 0];
      const half = name.length * 3.8; // of the width of letters of 14 px
      return { name, left: x + dx - half, right: x + dx + half, top: y + dy - 7, bottom: y + dy + 7 };
    });
    for (const [i, box] of boxes.entries()) {
      for (const { at } of heaps) {
        const [x, y] = pixel(at);
        const near: [number, number] = [
          Math.min(box.right, Math.max(box.left, x)),
          Math.min(box.bottom, Math.max(box.top, y)),
        ];
        assert.ok(distance(near, [x, y]) >= DISC_RADIUS, `${box.name} covers a disc`);
      }
      for (const other of boxes.slice(i + 1)) {
        const covers =
          box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
        assert.ok(!covers, `${box.name} covers ${other.name}`);
      }
    }
    const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
    assert.ok(right - left < 390, `the names are ${right - left} px wide together`);
  });

  test('in a street those of one site stand side by side', () => {
    const heaps = heapsOf(containers, STREET, false);
    assert.deepEqual(
      new Set(heaps.map(({ isDisc, containers: { length } }) => `${isDisc} ${length}`)),
      new Set(['false 3']),
    );
  });

  test('from afar a single container keeps its marker', () => {
    const heaps = heapsOf(containers.slice(0, 1), WHOLE, true);
    assert.deepEqual(heaps, [{ at: containers[0]?.position, containers: containers.slice(0, 1), isDisc: false }]);
  });
});

/** By the formula of the Mercator projection. */
function pixel([longitude, latitude]: readonly [number, number]): [number, number] {
  const radians = Math.PI / 180;
  const radius = 6_378_137 / WHOLE;
  return [longitude * radians * radius, -Math.log(Math.tan(Math.PI / 4 + (latitude * radians) / 2)) * radius];
}

function distance([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  return Math.hypot(ax - bx, ay - by);
}

function readCommunes(): Territory['communes'] {
  const yaml = readFileSync(new URL('territory.yaml', FOLDER), 'utf8');
  const found = yaml.matchAll(/name: (.+)\n(?:.+\n){1,3}? +center: \[([\d.]+), ([\d.]+)\]/g);
  return [...found].map(([, name = '', longitude, latitude]) => ({
    slug: name,
    name,
    scope: `/${name}`,
    center: [Number(longitude), Number(latitude)],
    boundary: { type: 'Polygon', coordinates: [] },
  }));
}
