import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withParameters } from '@alzette/packs/parameters';
import { parse } from 'yaml';
import { askAs } from './support/ask-as.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const VALUES = { floodColumn: 'scenario', floodDay: '2019-05-01', heatColumn: 'classe', heatDay: '2024-07-31' };
const textOf = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Previewed {
  readonly problems: readonly object[];
  readonly items: readonly { readonly entities: readonly { readonly [name: string]: unknown }[] }[];
}

test('the sources of the pack make zones of their model out of files of floods, noise and heat', async (t) => {
  const platform = await startGuardedPlatform(t);
  const { done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  for (const [name, category, first] of [
    ['floods', 'flood', { severity: 'crue centennale', validFrom: '2019-05-01T00:00:00Z' }],
    ['noise', 'noise', { severity: 'Lden 55 dB(A) et plus', validFrom: '2022-01-01T00:00:00Z' }],
    ['heat', 'heat', { severity: 'nuits chaudes', validFrom: '2024-07-31T00:00:00Z' }],
  ] as const) {
    const source = withParameters(parse(await textOf(`packs/exposure-zones/sources/${name}.yaml`)), VALUES) as object;
    const file = await textOf(`demo/decisions/zones/${name}.geojson`);
    const sample = Buffer.from(file).toString('base64');
    const { problems, items } = (await done('POST', '/iot/sources/preview', { ...source, sample })) as Previewed;
    assert.deepEqual(problems, []);
    const entities = items.flatMap(({ entities: own }) => own);
    const { features } = JSON.parse(file) as { features: { geometry: object }[] };
    assert.equal(entities.length, features.length);
    assert.equal(new Set(entities.map(({ id }) => id)).size, features.length);
    const [entity = {}] = entities;
    const given = (attribute: string) => (entity[attribute] as { value: unknown }).value;
    assert.equal(given('https://schema.org/category'), category);
    assert.equal(given('https://w3id.org/alzette/def/severity'), first.severity);
    assert.equal(given('validFrom'), first.validFrom);
    assert.deepEqual(given('location'), features[0]?.geometry);
    const issuesOf = async (judged: object) =>
      ((await done('POST', '/ops/validate', judged)) as { issues: readonly object[] }).issues;
    assert.deepEqual(await issuesOf(entity), []);
    const point = { ...entity, location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 49] } } };
    assert.equal((await issuesOf(point)).length, 1, 'it is judged by its model');
  }
});
