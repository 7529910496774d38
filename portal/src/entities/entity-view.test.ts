import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shortId } from './entity-name.ts';
import { type EntityState, type Severity, toEntityView } from './entity-view.ts';

const LAMP = {
  id: 'urn:ngsi-ld:Streetlight:thil-001',
  type: 'Streetlight',
  name: 'Lamp 1',
  location: { type: 'Point', coordinates: [5.9, 49.47] },
  address: { streetAddress: '3 Rue de Metz', addressLocality: 'Thil' },
  powerState: { value: 'on', observedAt: '2026-03-01T12:00:00Z' },
  status: { value: 'ok', observedAt: '2026-03-01T12:05:00Z' },
};

const STATES: [name: string, document: object, state: EntityState, severity: Severity][] = [
  ['a lamp that is on', {}, 'on', 'none'],
  ['a dimmed lamp', { powerState: 'low' }, 'dimmed', 'none'],
  ['a lamp that starts', { powerState: 'bootingUp' }, 'starting', 'none'],
  ['a lamp that says nothing', { powerState: undefined }, 'unknown', 'none'],
  ['a defect, whatever the power state', { status: 'defectiveLamp' }, 'defective', 'alarm'],
  ['a cabinet that is off', { type: 'StreetlightControlCabinet', powerState: 'off' }, 'off', 'none'],
  ['a container with room', { type: 'WasteContainer', fillingLevel: 0.49 }, 'roomy', 'none'],
  ['a container half full', { type: 'WasteContainer', fillingLevel: 0.5 }, 'filling', 'none'],
  ['a container at the limit', { type: 'WasteContainer', fillingLevel: { value: 0.8 } }, 'full', 'warning'],
  ['an open lid', { type: 'WasteContainer', fillingLevel: 0.1, status: 'lidOpen' }, 'defective', 'alarm'],
  ['a container of unknown level', { type: 'WasteContainer' }, 'unknown', 'none'],
];

const NAMES: [name: string, attribute: unknown, shown: string][] = [
  ['in French where it has several languages', { languageMap: { en: 'Town hall', fr: 'Mairie' } }, 'Mairie'],
  ['in a language it has where French is missing', { languageMap: { lb: 'Gemeng' } }, 'Gemeng'],
  ['by its id where it has none', undefined, 'thil-001'],
  ['by its id where the name is no text', { value: 42 }, 'thil-001'],
];

describe('toEntityView', () => {
  for (const [name, attribute, shown] of NAMES) {
    test(`names an entity ${name}`, () => assert.equal(toEntityView({ ...LAMP, name: attribute })?.name, shown));
  }

  for (const [name, changes, state, severity] of STATES) {
    test(name, () => {
      const view = toEntityView({ ...LAMP, ...changes });
      assert.equal(view?.state, state);
      assert.equal(view?.severity, severity);
    });
  }

  test('reads position, name and the newest observation', () => {
    const view = toEntityView(LAMP);
    assert.deepEqual(view?.position, [5.9, 49.47]);
    assert.equal(view?.commune, 'Thil');
    assert.equal(view?.street, '3 Rue de Metz');
    assert.equal(view?.observedAt, Date.parse('2026-03-01T12:05:00Z'));
  });

  test('accepts the normalized form as well', () => {
    const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 49] } };
    assert.deepEqual(toEntityView({ ...LAMP, location })?.position, [6, 49]);
  });

  test('is undefined for a type that the map does not draw', () => {
    assert.equal(toEntityView({ id: 'urn:ngsi-ld:Device:1', type: 'Device' }), undefined);
  });

  test('falls back to the end of the id for a name', () => {
    assert.equal(toEntityView({ ...LAMP, name: undefined })?.name, 'thil-001');
    assert.equal(shortId('plain'), 'plain');
  });
});
