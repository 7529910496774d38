import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FEATURES } from '../../features.ts';
import { LOCALES } from '../../i18n/locales.ts';
import { HOMES, PLACES } from '../../navigation.ts';
import type { Right } from '../../sign-in/access.ts';
import { homeOf, offeredPlaces, placeOfPath } from './offered.ts';

/** Pages without a tab: each is opened from another page. */
const OPENED_FROM_OTHERS = ['publication', 'settings'];

const navigation = { places: PLACES, homes: HOMES };
const offeredTo = (roles: readonly string[], rights: readonly Right[]) =>
  offeredPlaces(navigation, FEATURES, { roles, may: (right) => right === 'nothing' || rights.includes(right) });
const everything = offeredTo([], ['account', 'read', 'write', 'administer', 'administerAll']);
const tabsOf = (places: typeof everything) =>
  places.flatMap(({ parts }) => parts.flatMap(({ pages }) => pages.map(({ name }) => name)));

describe('the navigation', () => {
  test('has seven places, and every page that needs no other page is in one of them, once', () => {
    assert.equal(PLACES.length, 7);
    const expected = FEATURES.flatMap(({ pages }) => pages)
      .filter(({ path, name }) => !path.includes(':') && !OPENED_FROM_OTHERS.includes(name))
      .map(({ name }) => name);
    assert.deepEqual(tabsOf(everything).sort(), expected.sort());
  });

  test('names the neighbours of a place differently, in every language', () => {
    for (const locale of LOCALES)
      for (const { name, parts } of everything) {
        const texts = parts.flatMap(({ pages }) => pages.map(({ tab, title }) => (tab ?? title)[locale]));
        assert.equal(new Set(texts).size, texts.length, `${locale}: ${name}: ${texts}`);
      }
  });

  test('leads from a place to the first page that the reader may open, and hides places without one', () => {
    const reader = offeredTo([], ['read']);
    assert.deepEqual(
      reader.map(({ name, first }) => [name, first.name]),
      [
        ['today', 'today'],
        ['map', 'map'],
        ['interventions', 'alarms'],
        ['domains', 'lighting'],
        ['analyses', 'dashboards'],
        ['citizens', 'publications'],
        ['settings', 'settings'],
      ],
    );
    assert.deepEqual(
      offeredTo([], []).map(({ name }) => name),
      ['settings'],
    );
  });

  test('gives each role its first page, also to somebody with several, and offers a contractor only its work', () => {
    assert.equal(homeOf(HOMES, ['contractor'])?.page, 'work-orders');
    assert.equal(homeOf(HOMES, ['administrator', 'operator'])?.page, 'today');
    assert.equal(homeOf(HOMES, ['of-our-own']), undefined);
    const contractor = offeredTo(['contractor'], ['account', 'read', 'write']);
    assert.deepEqual(
      contractor.map(({ name }) => name),
      ['map', 'interventions'],
    );
    for (const { page } of HOMES) assert.ok(FEATURES.some(({ pages }) => pages.some(({ name }) => name === page)));
  });

  test('knows the tab of a page that another one opened', () => {
    const tabOf = (path: string) => placeOfPath(everything, path)?.tab.name;
    assert.equal(tabOf('/share/dashboards/lighting'), 'dashboards');
    assert.equal(tabOf('/cockpits/lighting-park'), 'lighting-park');
    assert.equal(tabOf('/settings'), 'settings');
    assert.equal(tabOf('/e/urn:ngsi-ld:Streetlight:1'), undefined);
  });
});
