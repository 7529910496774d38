import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURES } from '../../features.ts';
import { HOMES, PLACES } from '../../navigation.ts';
import { offeredPlaces } from './offered.ts';
import { searchPages } from './search-pages.ts';

const everything = { roles: [], may: () => true };
const parts =
  offeredPlaces({ places: PLACES, homes: HOMES }, FEATURES, everything).find(({ name }) => name === 'settings')
    ?.parts ?? [];
const namesFor = (text: string, helpOf?: Parameters<typeof searchPages>[2]) =>
  searchPages(parts, text, helpOf).flatMap(({ pages }) => pages.map(({ name }) => name));

test('settings are found by their name in any language, without regard to case and accents', () => {
  assert.deepEqual(namesFor('ROLES'), ['administer-roles']);
  assert.deepEqual(namesFor('geräte hinzufugen'), ['onboarding']);
});

test('settings are found by what their help says, and each word must be found', () => {
  const helpOf = ({ name }: { readonly name: string }) => (name === 'administer-health' ? 'The last backup' : '');
  assert.deepEqual(namesFor('backup', helpOf), ['administer-health']);
  assert.deepEqual(namesFor('backup nowhere', helpOf), []);
});

test('an empty search leaves all settings', () => {
  assert.equal(namesFor('  ').length, parts.flatMap(({ pages }) => pages).length);
});
