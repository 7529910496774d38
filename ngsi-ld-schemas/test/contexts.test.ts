import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bundledContexts,
  CORE_CONTEXT_URL,
  coreContext,
  coreContextUrls,
  DEFAULT_VOCABULARY,
  TERRITORY_CONTEXT_PATH,
} from '../src/contexts.ts';

const core = coreContext['@context'] as Record<string, unknown>;
const territory = bundledContexts.get(TERRITORY_CONTEXT_PATH)?.['@context'] as Record<string, string>;

describe('the core contexts', () => {
  for (const [version, entries] of [
    ['v1.8', 184],
    ['v1.9', 206],
  ] as const) {
    test(`${version} has the ${entries} entries of its Annex B`, () => {
      const document = bundledContexts.get(`/contexts/core/${version}.jsonld`);
      assert.equal(Object.keys(document?.['@context'] ?? {}).length, entries);
    });
  }

  test('the core of V1.9.1 knows the words of that version and its vocabulary', () => {
    assert.equal(core['@vocab'], DEFAULT_VOCABULARY);
    assert.equal(core.id, '@id');
    assert.deepEqual(core.valueType, { '@id': 'ngsi-ld:hasValueType', '@type': '@vocab' });
    assert.deepEqual(core.objectLists, { '@id': 'ngsi-ld:hasObjectLists', '@container': '@list' });
  });

  test('are known by their exact URLs only', () => {
    assert.ok(coreContextUrls.has(CORE_CONTEXT_URL));
    assert.ok(coreContextUrls.has('http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.3.jsonld'));
    assert.ok(!coreContextUrls.has('https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-non-existing.jsonld'));
  });
});

describe('the territory context', () => {
  test('maps terms to the published IRIs', () => {
    const subject = (name: string) => `https://smartdatamodels.org/dataModel.${name}`;
    const expected: Record<string, string> = {
      Streetlight: `${subject('Streetlighting')}/Streetlight`,
      StreetlightControlCabinet: `${subject('Streetlighting')}/StreetlightControlCabinet`,
      powerState: `${subject('Streetlighting')}/powerState`,
      WasteContainer: `${subject('WasteManagement')}/WasteContainer`,
      fillingLevel: `${subject('WasteManagement')}/fillingLevel`,
      temperature: `${subject('WasteManagement')}/temperature`,
      Device: `${subject('Device')}/Device`,
      controlledAsset: `${subject('Device')}/controlledAsset`,
      EVChargingStation: `${subject('Transportation')}/EVChargingStation`,
      name: 'https://smartdatamodels.org/name',
      streetAddress: 'https://smartdatamodels.org/streetAddress',
    };
    for (const [term, iri] of Object.entries(expected)) assert.equal(territory[term], iri, term);
  });

  test('defines no word of the core, and every term as a plain IRI', () => {
    for (const [term, iri] of Object.entries(territory)) {
      assert.ok(!(term in core), `${term} is a core term`);
      assert.match(iri, /^https:\/\/[^ ]+$/, term);
    }
  });

  test('reaches the terms that another subject took by a prefix', () => {
    assert.equal(territory.sdmWeather, 'https://smartdatamodels.org/dataModel.Weather/');
  });
});
