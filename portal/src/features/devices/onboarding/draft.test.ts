import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FormDescriptor } from '@alzette/ngsi-ld-schemas/models';
import { completedRows, type Draft, deviceOf, profileOf, readPosition } from './draft.ts';

const FORM: FormDescriptor = {
  type: 'WasteContainer',
  iri: 'https://example.org/WasteContainer',
  subject: 'WasteManagement',
  version: '1',
  fields: [
    { name: 'fillingLevel', widget: 'slider', required: false, many: false, unit: 'C62' },
    { name: 'temperature', widget: 'number', required: false, many: false, unit: 'CEL' },
  ],
};

const DRAFT: Draft = {
  devEui: '70b3d5ffff000001',
  decoding: 'codec',
  codec: 'function decodeUplink() {}',
  type: 'WasteContainer',
  asset: 'urn:ngsi-ld:WasteContainer:a',
  label: 'Place de la Mairie',
  position: '49.47, 5.95',
  rows: [
    { value: 'data.level / 100', name: 'fillingLevel', unitCode: 'C62' },
    { value: 'data.raw', name: ' ' },
  ],
};

test('readPosition accepts the output of a map, and nothing else', () => {
  for (const [text, expected] of [
    ['49.47, 5.95', { latitude: 49.47, longitude: 5.95 }],
    ['49.47 5.95', { latitude: 49.47, longitude: 5.95 }],
    ['-12;-170.5', { latitude: -12, longitude: -170.5 }],
    ['91, 5', undefined],
    ['49.47', undefined],
    ['', undefined],
    ['Villerupt', undefined],
  ] as const) {
    assert.deepEqual(readPosition(text), expected, text);
  }
});

describe('a draft', () => {
  test('becomes a profile with the named rows, the position and the name', () => {
    const profile = profileOf(DRAFT);
    assert.equal(profile.id, 'wastecontainer-70b3d5ffff000001');
    assert.deepEqual(profile.entities[0]?.attributes, [
      { name: 'fillingLevel', value: 'data.level / 100', unitCode: 'C62' },
      { name: 'name', value: 'device.settings.name' },
      { name: 'location', type: 'GeoProperty', value: 'device.settings.position' },
    ]);
    assert.deepEqual(deviceOf(DRAFT), {
      devEui: DRAFT.devEui,
      profile: profile.id,
      asset: DRAFT.asset,
      settings: { name: 'Place de la Mairie', position: '5.95,49.47' },
    });
  });

  test('has a codec, a decoder or neither', () => {
    assert.equal(profileOf(DRAFT).codec, DRAFT.codec);
    assert.equal(profileOf({ ...DRAFT, decoding: 'cayenne-lpp' }).decoder, 'cayenne-lpp');
    const { codec, decoder } = profileOf({ ...DRAFT, decoding: 'network-server' });
    assert.deepEqual([codec, decoder], [undefined, undefined]);
  });
});

test('completedRows proposes the attributes of the model and keeps what was chosen', () => {
  const decoded = { level: 42, Temperature: 12.5, other: { temp: 3, deep: { x: { y: 1 } } }, list: [1], 'a-b': 1 };
  assert.deepEqual(completedRows([], decoded, FORM), [
    { value: 'data.level', name: 'fillingLevel', unitCode: 'C62' },
    { value: 'data.Temperature', name: 'temperature', unitCode: 'CEL' },
    { value: 'data.other.temp', name: '' },
  ]);
  const chosen = [{ value: 'data.level', name: 'mine' }];
  assert.deepEqual(completedRows(chosen, { level: 1 }, FORM), chosen);
});
