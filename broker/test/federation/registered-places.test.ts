import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

const BERLIN = [13.4, 52.5];
const PARIS = [2.4, 48.9];

/** A square of one degree around a position. */
function around([east, north]: readonly number[]): unknown {
  const [x, y] = [Number(east), Number(north)];
  const ring = [
    [x - 0.5, y - 0.5],
    [x + 0.5, y - 0.5],
    [x + 0.5, y + 0.5],
    [x - 0.5, y + 0.5],
    [x - 0.5, y - 0.5],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

eachDatabase('5.2.9 A source registered for an area', (test) => {
  test('is queried only about that area', async (t, db) => {
    const first = await startMember(t, db);
    const source = await startOtherSource(t, '127.0.0.91');
    for (const [name, coordinates] of Object.entries({ berlin: BERLIN, paris: PARIS })) {
      const id = `urn:ngsi-ld:Lamp:${name}`;
      const location = { type: 'GeoProperty', value: { type: 'Point', coordinates } };
      source.entities.set(id, { id, type: 'Lamp', location });
    }
    await first.register({ endpoint: source.endpoint, operations: ['retrieveOps'], location: around(BERLIN) });

    const isAsked = async (georel: string, geometry: { type: string; coordinates: unknown }, extra = {}) => {
      const before = source.seen.length;
      const coordinates = JSON.stringify(geometry.coordinates);
      const query = new URLSearchParams({ type: 'Lamp', georel, geometry: geometry.type, coordinates, ...extra });
      assert.equal((await first.ask('GET', `/entities?${query}`)).status, 200);
      return source.seen.length > before;
    };
    const point = (coordinates: unknown) => ({ type: 'Point', coordinates });
    const area = (place: readonly number[]) => around(place) as { type: string; coordinates: unknown };
    assert.equal(await isAsked('near;maxDistance==5000', point(BERLIN)), true);
    assert.equal(await isAsked('near;maxDistance==5000', point(PARIS)), false);
    assert.equal(await isAsked('near;maxDistance==2000000', point(PARIS)), true);
    assert.equal(await isAsked('near;minDistance==5000', point(BERLIN)), true);
    for (const relation of ['within', 'intersects', 'overlaps', 'equals', 'contains']) {
      assert.equal(await isAsked(relation, area(BERLIN)), true, relation);
      assert.equal(await isAsked(relation, area(PARIS)), false, relation);
    }
    assert.equal(await isAsked('disjoint', area(PARIS)), true);
    // The area applies to the location, not to other geoproperties.
    assert.equal(await isAsked('within', area(PARIS), { geoproperty: 'operationSpace' }), true);
    // Parts of entities have no location yet.
    assert.equal(await isAsked('within', area(PARIS), { splitEntities: 'true' }), true);
  });
});
