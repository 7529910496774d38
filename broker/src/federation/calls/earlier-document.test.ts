import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earlierDocument } from './earlier-document.ts';

const LATEST = {
  id: 'urn:ngsi-ld:Lamp:1',
  type: ['Lamp', 'Device'],
  scope: '/thil',
  expiresAt: '2040-01-01T00:00:00Z',
  name: { type: 'LanguageProperty', languageMap: { fr: 'lampe' } },
  colour: { vocab: 'warm' },
  settings: { type: 'JsonProperty', json: { type: 'Property', expiresAt: 'data' } },
  steps: { type: 'ListProperty', valueList: [1, 2], unitCode: 'P1' },
  poles: { type: 'ListRelationship', objectList: [{ object: 'urn:ngsi-ld:Pole:1' }, { object: 'urn:ngsi-ld:Pole:2' }] },
  pole: { type: 'Relationship', object: 'urn:ngsi-ld:Pole:1', objectType: 'Pole' },
  power: [
    { type: 'Property', value: 3, datasetId: 'urn:ngsi-ld:dataset:1' },
    { value: 4, expiresAt: '2040-01-01T00:00:00Z', source: { vocab: 'meter', observedAt: '2026-01-01T00:00:00Z' } },
  ],
  plain: [1, { two: 3 }],
};

const IN_1_6 = {
  id: LATEST.id,
  type: LATEST.type,
  scope: LATEST.scope,
  name: LATEST.name,
  colour: { value: 'warm' },
  settings: { type: 'Property', value: LATEST.settings.json },
  steps: { type: 'Property', value: [1, 2], unitCode: 'P1' },
  poles: { type: 'Relationship', object: ['urn:ngsi-ld:Pole:1', 'urn:ngsi-ld:Pole:2'] },
  pole: { type: 'Relationship', object: 'urn:ngsi-ld:Pole:1' },
  power: [LATEST.power[0], { value: 4, source: { value: 'meter', observedAt: '2026-01-01T00:00:00Z' } }],
  plain: LATEST.plain,
};

const IN_1_2 = {
  id: LATEST.id,
  type: 'Lamp',
  name: { type: 'Property', value: { fr: 'lampe' } },
  colour: IN_1_6.colour,
  settings: IN_1_6.settings,
  steps: { type: 'Property', value: [1, 2] },
  poles: IN_1_6.poles,
  pole: IN_1_6.pole,
  power: [{ value: 4, source: { value: 'meter' } }],
  plain: LATEST.plain,
};

test('4.3.6.8 Documents for a source of an earlier version contain only what that version supports', () => {
  assert.deepEqual(earlierDocument(LATEST, 9), LATEST);
  assert.deepEqual(earlierDocument(LATEST, 6), IN_1_6);
  assert.deepEqual(earlierDocument(LATEST, 2), IN_1_2);
});
