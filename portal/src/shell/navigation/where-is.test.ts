import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FEATURES } from '../../features.ts';
import { HOMES, PLACES } from '../../navigation.ts';
import type { Right } from '../../sign-in/access.ts';
import { offeredPlaces, tabText } from './offered.ts';

/** The roles of the table, and what the usual policies let them do. */
const ROLES: Readonly<Record<string, { readonly role: string; readonly rights: readonly Right[] }>> = {
  operator: { role: 'operator', rights: ['account', 'read', 'write'] },
  'night duty': { role: 'duty', rights: ['account', 'read', 'write'] },
  contractor: { role: 'contractor', rights: ['account', 'read', 'write'] },
  'elected member': { role: 'elected', rights: ['account', 'read'] },
  administrator: { role: 'administrator', rights: ['account', 'read', 'write', 'administer', 'administerAll'] },
};

const rowsOf = (file: string) =>
  readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    .replaceAll("'", '’')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim()));

test('each role is offered the place and the tab that the table names, in both languages', () => {
  const [english, french] = [rowsOf('where-is.md'), rowsOf('fr/where-is.md')];
  assert.ok(english.length >= 40);
  assert.equal(french.length, english.length);
  const faults = english.flatMap(([, who = '', task, ...there], at) =>
    [
      { locale: 'en', path: there[0] ?? '' },
      { locale: 'fr', path: french[at]?.[3] ?? '' },
    ].flatMap(({ locale, path }) => {
      const { role, rights } = ROLES[who] ?? assert.fail(`the table has a role ${who}`);
      const reader = { roles: [role], may: (right: Right) => right === 'nothing' || rights.includes(right) };
      const places = offeredPlaces({ places: PLACES, homes: HOMES }, FEATURES, reader);
      const [placeTitle, tab] = path.split(' → ');
      const place = places.find(({ title }) => title[locale as 'en' | 'fr'] === placeTitle);
      const tabs = place?.parts.flatMap(({ pages }) => pages.map((page) => tabText(page, locale))) ?? [];
      const isThere = tab === undefined ? tabs.length === 1 : tabs.includes(tab);
      return isThere ? [] : [`${locale}: ${who}: ${task}: ${path} is not among ${tabs}`];
    }),
  );
  assert.deepEqual(faults, []);
});
