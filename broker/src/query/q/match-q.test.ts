import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names } from '../../../test/query/names.ts';
import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { matchesQ } from './match-q.ts';
import { parseQ } from './q-parser.ts';

const STAMP = '2026-01-01T00:00:00.000Z';
const AT = '2026-06-01T00:00:00.000Z';

function instance(type: AttributeInstance['type'], value: unknown, more: Partial<AttributeInstance> = {}) {
  return { type, value, createdAt: STAMP, modifiedAt: STAMP, ...more };
}

function entity(id: string, attributes: { readonly [name: string]: AttributeInstance | AttributeInstance[] }): Entity {
  return {
    id,
    types: [iri('Building')],
    createdAt: STAMP,
    modifiedAt: '2026-02-01T00:00:00.000Z',
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, instances]) => [iri(name), [instances].flat()]),
    ),
  };
}

const SENSOR = entity('urn:sensor:1', {
  humidity: instance('Property', 40),
  feeds: instance('Relationship', 'urn:building:1'),
});
const BUILDING = entity('urn:building:1', {
  name: instance('Property', 'Eiffel Tower'),
  temperature: instance('Property', 20, { observedAt: '2026-01-01T12:00:00Z', unitCode: 'CEL' }),
  several: [instance('Property', 1), instance('Property', 9, { datasetId: 'urn:d:1' })],
  colors: instance('Property', ['red', 'blue', 3]),
  address: instance('Property', { city: 'Berlin', tags: ['a', { b: 'x' }], nothing: null }),
  sensorData: instance('Property', 1, {
    attributes: { [iri('raw')]: [instance('Property', { airquality: { particulate: 40 } })] },
  }),
  locatedIn: instance('Relationship', 'urn:ngsi-ld:City:Pisa'),
  rooms: instance('ListRelationship', ['urn:room:1', 'urn:room:2']),
  sensor: instance('Relationship', ['urn:gone:1', 'urn:sensor:1']),
  label: instance('LanguageProperty', { en: 'red', fr: ['rouge', 'carmin'] }),
  category: instance('VocabProperty', iri('commercial')),
  tickets: instance('JsonProperty', { value: 'Overstay 60 minutes' }),
  list: instance('ListProperty', [4, 5]),
  opened: instance('Property', { '@type': 'DateTime', '@value': '2020-01-01T00:00:00.5Z' }),
  isOpen: instance('Property', true),
  past: instance('Property', 1, { expiresAt: '2026-01-01T00:00:00Z' }),
});

const MATCHES: readonly (readonly [text: string, expected: boolean])[] = [
  ['temperature', true],
  ['missing', false],
  ['past', false],
  ['temperature==20', true],
  ['temperature=="20"', false],
  ['temperature!="20"', true],
  ['missing!=1', false],
  ['temperature==15..20', true],
  ['temperature==20.5..30', false],
  ['temperature!=15..20', false],
  ['temperature>19;temperature<=20', true],
  ['temperature>"a"', false],
  ['(temperature>30|name=="Eiffel Tower");isOpen==true', true],
  ['temperature>30|name=="x";isOpen==true', false],
  ['isOpen!=false', true],
  ['name~="^Eiffel"', true],
  ['name!~="^Eiffel"', false],
  ['name!~="^Paris"', true],
  ['temperature~="2"', false],
  ['temperature!~="x"', false],
  ['colors=="blue"', true],
  ['colors==3', true],
  ['colors!="blue"', false],
  ['colors!="green"', true],
  ['colors~="^b"', true],
  ['colors>"a"', false],
  ['colors=="green","red"', true],
  ['several==9', true],
  ['several!=9', false],
  ['several!=7', true],
  ['several>8', true],
  ['address', true],
  ['address[city]=="Berlin"', true],
  ['address[city]', true],
  ['address[street]', false],
  ['address[street]!="x"', false],
  ['address[nothing]', true],
  ['address[tags.0]=="a"', true],
  ['address[tags.1.b]=="x"', true],
  ['address[tags]=="a"', true],
  ['address[tags.b]', false],
  ['address=="Berlin"', false],
  ['address!="Berlin"', true],
  ['address[city.length]', false],
  ['sensorData.raw[airquality.particulate]==40', true],
  ['sensorData.raw', true],
  ['sensorData.other', false],
  ['temperature.observedAt>=2026-01-01T12:00:00.000Z', true],
  ['temperature.observedAt>"2026-01-01T11:59:59.9Z"', true],
  ['temperature.observedAt<2026-01-01T12:00:00Z', false],
  ['temperature.unitCode=="CEL"', true],
  ['name.observedAt', false],
  ['several.datasetId=="urn:d:1"', true],
  ['modifiedAt>2026-01-31T00:00:00Z', true],
  ['id==urn:building:1;type==Building', true],
  ['locatedIn==urn:ngsi-ld:City:Pisa', true],
  ['locatedIn=="urn:ngsi-ld:City:Pisa"', true],
  ['locatedIn=="urn:x:1","urn:ngsi-ld:City:Pisa"', true],
  ['locatedIn!=urn:ngsi-ld:City:Rome', true],
  ['locatedIn~="Pisa"', false],
  ['locatedIn!~="Rome"', false],
  ['locatedIn>"urn:a"', false],
  ['rooms==urn:room:2', true],
  ['rooms!=urn:room:2', false],
  ['label[en]=="red"', true],
  ['label[fr]=="carmin"', true],
  ['label[de]', false],
  ['label[*]=="rouge"', true],
  ['label[*]!="rouge"', false],
  ['label=="red"', true],
  ['label!="verde"', true],
  ['label[en.x]', false],
  ['category==commercial', false],
  ['category==https://example.org/commercial', true],
  ['tickets[value]=="Overstay 60 minutes"', true],
  ['list==5', true],
  ['opened==2020-01-01T00:00:00.500Z', true],
  ['opened>2020-01-01', false],
  ['opened=="2020-01-01T00:00:00.5Z"', true],
  ['sensor{Building:humidity}==40', true],
  ['sensor{humidity}>50', false],
  ['sensor{Lamp:humidity}==40', false],
  ['sensor{Lamp,Building:humidity}', true],
  ['sensor{feeds{name}}=="Eiffel Tower"', true],
  ['name{humidity}', false],
];

describe('4.9 Query language on one entity', () => {
  const known = new Map([SENSOR, BUILDING].map((one) => [one.id, one]));
  const options = { at: AT, linked: (id: string) => known.get(id) };

  for (const [text, expected] of MATCHES) {
    test(`${text} is ${expected}`, () => assert.equal(matchesQ(parseQ(text, names), BUILDING, options), expected));
  }
  test('category==commercial with expandValues=category is true', () => {
    const tree = parseQ('category==commercial', names, { expandValues: ['category'] });
    assert.equal(matchesQ(tree, BUILDING, options), true);
  });
  test('a link does not match if no entities are available', () => {
    assert.equal(matchesQ(parseQ('sensor{humidity}', names), BUILDING, { at: AT }), false);
  });
  test('texts are ordered by code points', () => {
    const one = entity('urn:a:1', { text: instance('Property', '😀') });
    assert.equal(matchesQ(parseQ('text>"\\uffee"', names), one), true);
  });
});
