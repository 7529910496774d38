import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { COUNTRIES, madeUp, NINE } from './founded.ts';

/** Each has the clock, languages, holidays and numbers of its country, and boundaries in its coordinates. */
export async function ofCountries(app: FastifyInstance, root: Readonly<Record<string, string>>) {
  const departments: Readonly<Record<string, string>> = { LU: 'LU', FR: '57', DE: 'DE-SL' };
  for (const [n, tenant] of NINE.entries()) {
    const { country, timeZone, languages } = COUNTRIES[n % COUNTRIES.length] as (typeof COUNTRIES)[number];
    const get = async (url: string) =>
      (await app.inject({ url, headers: { host: `${tenant}.example.org` } })).json() as Readonly<
        Record<string, unknown>
      >;
    const shown = await get('/citizen/v1/territory');
    assert.deepEqual([shown.name, shown.timeZone], [`Gemeng ${tenant}`, timeZone]);
    assert.deepEqual(shown.languages, [...new Set([...languages, 'fr'])]);
    const { communes } = (await get('/territory')) as { communes: { department: string }[] };
    assert.deepEqual(
      communes.map(({ department }) => department),
      [departments[country]],
    );
    const { numbers } = (await get('/citizen/v1/emergency-numbers')) as { numbers: { country: string }[] };
    assert.equal(numbers[0]?.country, country);
  }
  const found = (payload: object) => app.inject({ method: 'POST', url: '/ops/collectivities', headers: root, payload });
  const nowhere = await found(madeUp('nirgends', 12, { country: 'DE', timeZone: 'Europe/Berlin' }));
  assert.equal(nowhere.statusCode, 400);
  assert.match(nowhere.json().detail, /communes\[0\]\.department: got nothing, expected a state such as DE-SL/);

  // A file of the land register in metres, read in a thread.
  const ring = [
    [63_742.15, 62_330.39],
    [64_742.15, 62_330.39],
    [64_742.15, 63_330.39],
    [63_742.15, 62_330.39],
  ];
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::2169' } };
  const feature = {
    type: 'Feature',
    properties: { COMMUNE: 'Esch' },
    geometry: { type: 'Polygon', coordinates: [ring] },
  };
  const read = (payload: string) =>
    app.inject({
      method: 'POST',
      url: '/ops/collectivities/boundaries',
      headers: { ...root, 'content-type': 'application/octet-stream' },
      payload,
    });
  const degrees = await read(JSON.stringify({ crs, features: [feature] }));
  assert.equal(degrees.statusCode, 200, degrees.body);
  const [[[longitude, latitude]]] = degrees.json().features[0].geometry.coordinates as [[[number, number]]];
  assert.ok(Math.abs(longitude - 5.9437) < 0.00001 && Math.abs(latitude - 49.4955) < 0.00001, degrees.body);
  const wrong = await read('no boundaries');
  assert.equal(wrong.statusCode, 400);
  assert.match(wrong.json().detail, /boundaries of communes: it is neither a GeoPackage/);
}
