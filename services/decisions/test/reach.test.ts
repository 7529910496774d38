import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nearestNodes, type Streets, searchOf, streetGraph } from '@alzette/kit/streets';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { fromLaea, middleOfCell } from '../src/reach/grid-cells.ts';
import { isochrone, reachOf } from '../src/reach/reach.ts';
import { servedBy, servedChange } from '../src/reach/served.ts';

const STREETS = JSON.parse(
  readFileSync(new URL('../../../territories/moselbogen/streets.geojson', import.meta.url), 'utf8'),
) as Streets;
const GRAPH = streetGraph(STREETS);

/** Shortest ways over the lines as they are in the file: no heap, no arrays, each step looks at every open node. */
function naive(from: string, most: number): Map<string, number> {
  const next = new Map<string, Map<string, number>>();
  const key = ([x, y]: LonLat) => `${x.toFixed(5)},${y.toFixed(5)}`;
  for (const { geometry } of STREETS.features) {
    geometry.coordinates.forEach((place, at) => {
      const before = geometry.coordinates[at - 1];
      if (before === undefined) return;
      const metres = distanceM(before, place);
      for (const [a, b] of [
        [key(before), key(place)],
        [key(place), key(before)],
      ] as const) {
        const own = next.get(a) ?? new Map<string, number>();
        next.set(a, own);
        own.set(b, Math.min(metres, own.get(b) ?? Number.POSITIVE_INFINITY));
      }
    });
  }
  const open = new Map([[from, 0]]);
  const done = new Map<string, number>();
  while (open.size > 0) {
    const [node, length] = [...open].reduce((least, each) => (each[1] < least[1] ? each : least));
    open.delete(node);
    done.set(node, length);
    for (const [to, metres] of next.get(node) ?? []) {
      const through = length + metres;
      if (!done.has(to) && through <= most && through < (open.get(to) ?? Number.POSITIVE_INFINITY))
        open.set(to, through);
    }
  }
  return done;
}

const placeOf = (node: number): LonLat => [GRAPH.longitudes[node] as number, GRAPH.latitudes[node] as number];
const keyOf = (node: number) =>
  placeOf(node)
    .map((degrees) => degrees.toFixed(5))
    .join();

test('ways on foot and by bicycle are those of a search that is written as simply as can be', () => {
  for (const [node, mode, kmh] of [
    [0, 'walk', 4.5],
    [700, 'walk', 4.5],
    [1500, 'cycle', 12],
  ] as const) {
    const expected = naive(keyOf(node), (15 * 60 * kmh) / 3.6);
    const seconds = isochrone({ graph: GRAPH, mode, minutes: 15, origins: [], places: [] }, placeOf(node));
    const reached = [...seconds.keys()].filter((at) => Number.isFinite(seconds[at]));
    assert.equal(reached.length, expected.size);
    for (const at of reached) {
      const metres = expected.get(keyOf(at)) ?? Number.NaN;
      assert.ok(Math.abs((seconds[at] as number) - (metres * 3.6) / kmh) < 0.01, `node ${at}`);
    }
  }
});

test('the places that people reach are those that the simple search reaches, and a place far from streets is apart', () => {
  const origins = [3, 400, 1200].map(placeOf);
  const schools = [10, 420, 900, 1300].map(placeOf);
  const far: LonLat = [origins[0]?.[0] ?? 0, (origins[0]?.[1] ?? 0) + 1];
  const input = { graph: GRAPH, mode: 'walk', minutes: 15, origins: [...origins, far], places: [schools, []] } as const;
  const { counts, nearest, isApart } = reachOf(input);
  assert.deepEqual(reachOf({ ...input, isFromPlaces: true }), { counts, nearest, isApart });
  assert.deepEqual([...isApart], [0, 0, 0, 1]);
  [3, 400, 1200].forEach((node, row) => {
    const ways = naive(keyOf(node), 1125);
    const metres = [10, 420, 900, 1300].flatMap((school) => ways.get(keyOf(school)) ?? []);
    assert.equal(counts[row * 2], metres.length);
    const least = Math.min(...metres);
    const got = nearest[row * 2] as number;
    assert.ok(least === got || Math.abs(got - least / 1.25) < 0.01);
    assert.equal(counts[row * 2 + 1], 0);
  });
});

test('the nearest node is the nearest of all, and a new link never makes a way longer', () => {
  const near = nearestNodes(GRAPH);
  for (let i = 0; i < 40; i += 1) {
    const place: LonLat = [placeOf(i * 40)[0] + Math.sin(i) * 0.004, placeOf(i * 40)[1] + Math.cos(i * 3) * 0.004];
    const shrunk = Math.cos((place[1] * Math.PI) / 180);
    const squares = [...GRAPH.longitudes.keys()].map(
      (node) => ((placeOf(node)[0] - place[0]) * shrunk) ** 2 + (placeOf(node)[1] - place[1]) ** 2,
    );
    const found = near(place)?.node ?? -1;
    assert.equal(squares[found], Math.min(...squares));
  }
  const link = { geometry: { type: 'LineString' as const, coordinates: [placeOf(5), placeOf(1700)] } };
  const linked = streetGraph({ features: [...STREETS.features, link] });
  const [before, after] = [searchOf(GRAPH), searchOf(linked)];
  before.from([{ node: 0, away: 0 }], Number.POSITIVE_INFINITY);
  after.from([{ node: 0, away: 0 }], Number.POSITIVE_INFINITY);
  for (let node = 0; node < GRAPH.longitudes.length; node += 1)
    assert.ok((after.lengths[node] as number) <= (before.lengths[node] as number) + 1e-9);
});

test('a bus makes the way shorter, at the middle one of several departures', () => {
  const [from, to] = [placeOf(0), placeOf(1700)];
  const trips = [0, 1, 2, 3].map((n) => ({
    calls: [
      { stop: 0, arrives: 25_200 + n * 900, departs: 25_200 + n * 900 },
      { stop: 1, arrives: 25_500 + n * 900 },
    ],
  }));
  const buses = { stops: [from, to], trips, leaving: [25_200, 25_500, 25_800] };
  const seconds = isochrone({ graph: GRAPH, mode: 'bus', minutes: 15, origins: [], places: [], buses }, from);
  // Those who leave at 7:00, 7:05 and 7:10 wait 0, 10 and 5 minutes for a ride of 5.
  assert.ok(Math.abs((seconds[1700] as number) - 600) < 0.5);
  const onFoot = isochrone({ graph: GRAPH, mode: 'walk', minutes: 15, origins: [], places: [] }, from);
  onFoot.forEach((walked, node) => {
    if (Number.isFinite(walked)) assert.ok((seconds[node] as number) <= walked + 0.01);
  });
});

test('cells of the European grid lie where the guidance of its projection says', () => {
  const [x, y] = fromLaea(3_962_799.45, 2_999_718.85);
  assert.ok(Math.abs(x - 5) < 1e-7 && Math.abs(y - 50) < 1e-7);
  const [east, north] = fromLaea(4_024_130.57, 2_940_187.54);
  assert.ok(Math.abs(east - 5.9) < 1e-7 && Math.abs(north - 49.5) < 1e-7);
  const middle = middleOfCell('CRS3035RES200mN2940000E4024000');
  assert.ok(middle && distanceM(middle, [5.9, 49.5]) < 142);
  assert.equal(middleOfCell('57038'), undefined);
});

test('people near a stop are counted by cells, and a mean that improves does not hide those who lose', () => {
  const cells = [
    [120, 180],
    [80, 290],
    [200, 310],
    [60, 520],
    [40, 900],
  ] as const;
  const of = (all: readonly (readonly [number, number])[]) => all.map(([people, metres]) => ({ people, metres }));
  const near = servedBy(of(cells), [300, 500]);
  assert.deepEqual(
    near.within.map(({ share }) => share),
    [0.4, 0.8],
  );
  assert.equal(near.meanMetres, 348);
  const moved = servedChange(
    of([
      [50, 60],
      [80, 140],
      [40, 260],
    ]),
    of([
      [50, 160],
      [80, 90],
      [40, 120],
    ]),
    [150],
  );
  assert.ok(Math.abs(moved.before.meanMetres - 144.7) < 0.05 && Math.abs(moved.after.meanMetres - 117.6) < 0.05);
  assert.deepEqual([moved.nearer, moved.farther], [120, 50]);
  const beyond = ({ within, people }: typeof moved.before) => Math.round((1 - (within[0]?.share ?? 0)) * people);
  assert.deepEqual([beyond(moved.before), beyond(moved.after)], [40, 50]);
});
