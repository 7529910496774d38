import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names, refuses } from '../../../test/query/names.ts';
import { type GeoParameters, parseGeoQuery } from './geo-query.ts';

describe('4.10 Geoqueries', () => {
  const point = { geometry: 'Point', coordinates: '[8,40]' };

  test('parses near, with location as default geoproperty', () => {
    assert.deepEqual(parseGeoQuery({ georel: 'near;maxDistance==2000', ...point }, names), {
      kind: 'near',
      bound: 'max',
      metres: 2000,
      reference: { type: 'Point', coordinates: [8, 40] },
      geoproperty: iri('location'),
    });
  });
  test('parses topological relations, a geoproperty, and coordinates as an array', () => {
    assert.deepEqual(
      parseGeoQuery({ georel: 'within', geometry: 'Point', coordinates: [8, 40], geoproperty: 'place' }, names),
      {
        kind: 'topological',
        relation: 'within',
        reference: { type: 'Point', coordinates: [8, 40] },
        geoproperty: iri('place'),
      },
    );
  });
  test('returns undefined without the three parameters', () => {
    assert.equal(parseGeoQuery({ geoproperty: 'place' }, names), undefined);
  });
  test('accepts repeated vertices', () => {
    const ring = '[[[0,0],[1,0],[1,0],[1,1],[0,0]]]';
    assert.ok(parseGeoQuery({ georel: 'within', geometry: 'Polygon', coordinates: ring }, names));
  });

  const near = { georel: 'near;maxDistance==1' };
  const faults: readonly (readonly [GeoParameters, RegExp])[] = [
    [{ georel: 'within', geometry: 'Point' }, /^coordinates: got nothing/],
    [{ georel: 'within', coordinates: '[8,40]' }, /^geometry: got nothing/],
    [point, /^georel: got nothing/],
    [{ ...point, georel: 'near' }, /^georel: got "near"/],
    [{ ...point, georel: 'near;maxDistance==0' }, /^georel: /],
    [{ ...point, georel: 'near;maxDistance==-1' }, /^georel: /],
    [{ ...point, georel: 'near;maxDistance==inf' }, /^georel: /],
    [{ ...point, georel: 'near;maxDistance==1e400' }, /^georel: /],
    [{ ...point, georel: 'near;maxDistance=1' }, /^georel: /],
    [{ ...point, georel: 'near;maxDistance==1;minDistance==2' }, /^georel: /],
    [{ ...point, georel: 'touches' }, /^georel: got "touches"/],
    [{ ...near, geometry: 'GeometryCollection', coordinates: '[]' }, /^geometry: got "GeometryCollection"/],
    [{ ...near, geometry: 'Polygon', coordinates: '[8,40]' }, /^coordinates: /],
    [{ ...near, geometry: 'Polygon', coordinates: '[[[0,0],[1,0],[1,1],[2,2]]]' }, /^coordinates: .* closed ring/],
    [{ ...near, geometry: 'Point', coordinates: '[8,' }, /^coordinates: .* a JSON array/],
    [{ ...near, geometry: 'Point', coordinates: '[8,140]' }, /^coordinates: .* a latitude/],
    [{ ...near, geometry: 'Point', coordinates: '['.repeat(20_000) }, /^coordinates: /],
    [{ ...near, ...point, geoproperty: 'not a name' }, /^geoproperty: /],
  ];
  for (const [parameters, message] of faults) {
    refuses(JSON.stringify(parameters), () => parseGeoQuery(parameters, names), message);
  }
});
