import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { given, guarded, type Headers } from '../access/guarded-broker.ts';
import { startIssuer } from '../access/issuer.ts';
import { eachDatabase } from '../support/index.ts';

const address = (street: string, town: string) => ({
  type: 'Property',
  value: { streetAddress: street, addressLocality: town },
});
const lamp = (n: number, street: string, town: string) => ({
  id: `urn:ngsi-ld:Streetlight:s-${n}`,
  type: 'Streetlight',
  scope: `/${town}`,
  name: { type: 'Property', value: `VIL-${n}` },
  address: address(street, town),
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] } },
});
const SEARCHED = [
  ...[1, 2, 10].map((n) => lamp(n, 'Rue de la République', 'Villerupt')),
  lamp(4, 'Rue Carnot', 'Rédange'),
  {
    id: 'urn:ngsi-ld:School:s-1',
    type: 'School',
    scope: '/Thil',
    name: { type: 'LanguageProperty', languageMap: { fr: 'École des Œillets', de: 'Grundschule' } },
    description: { type: 'Property', value: 'hushed in the attic' },
  },
];
/** Agents see the lamps of Villerupt, and the names of schools. */
const AGENTS = [
  { id: 'lamps', who: { roles: ['agent'] }, may: ['read'], types: ['Streetlight'], scopeQ: '/Villerupt' },
  { id: 'schools', who: { roles: ['agent'] }, may: ['read'], types: ['School'], attributes: ['name'] },
];

eachDatabase('Search', (test) => {
  test('finds by beginnings, stems, parts, streets and similarity, within the rights of the caller', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const agent = await g.as({ sub: 'agent', roles: ['agent'] });
    for (const policy of AGENTS) await g.policy(policy);
    await given(g, ...SEARCHED);
    const search = async (who: Headers, text: string, more = '') => {
      const answer = await g.ask(who, 'GET', `/territory/search?text=${encodeURIComponent(text)}${more}`);
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json();
    };
    const ids = async (who: Headers, text: string, more = '') =>
      (await search(who, text, more)).entities.map(({ id }: { id: string }) => id.slice('urn:ngsi-ld:'.length));
    const until = async (text: string, expected: readonly string[]) => {
      let found: readonly string[] = [];
      for (let turn = 0; turn < 200 && `${found}` !== `${expected}`; turn++) {
        found = await ids(root, text);
        await pause(50);
      }
      assert.deepEqual(found, expected, text);
    };
    const ofRepublic = ['Streetlight:s-1', 'Streetlight:s-2', 'Streetlight:s-10'];
    await until('lampadaire republ', ofRepublic);
    await until('oeillets', ['School:s-1']);

    const { streets, entities } = await search(root, 'REPUBLIQUE');
    assert.deepEqual(streets, [{ street: 'Rue de la République', locality: 'Villerupt', count: 3, at: [5.9, 49.4] }]);
    assert.deepEqual(entities[0], {
      id: 'urn:ngsi-ld:Streetlight:s-1',
      name: 'VIL-1',
      street: 'Rue de la République',
      locality: 'Villerupt',
      scope: '/Villerupt',
      at: [5.9, 49.4],
      type: ['Streetlight'],
    });
    assert.deepEqual(await ids(root, 'lampadaires de la république'), ofRepublic, 'a plural, and accents');
    assert.deepEqual(await ids(root, 'publiqu'), ofRepublic, 'a part of a word');
    assert.deepEqual(await ids(root, 'vil-10'), ['Streetlight:s-10']);
    assert.deepEqual(await ids(root, 'grundschule'), ['School:s-1'], 'in another language');
    assert.deepEqual(await ids(root, 'villerupt', '&type=School'), []);
    const wrong = await search(root, 'republlique');
    assert.deepEqual([wrong.resembling, wrong.entities.length], [true, 3], 'a slip');

    assert.deepEqual(await ids(agent, 'republ'), ofRepublic);
    assert.deepEqual(await ids(agent, 'carnot'), [], 'a lamp of another commune');
    assert.deepEqual((await search(agent, 'lampadaire')).streets, []);
    assert.deepEqual(await ids(root, 'attic'), ['School:s-1']);
    assert.deepEqual(await ids(agent, 'attic'), [], 'an attribute that is hidden');
    assert.deepEqual(await ids(agent, 'oeillets'), ['School:s-1']);

    const patched = await g.ask(root, 'PATCH', '/ngsi-ld/v1/entities/urn:ngsi-ld:Streetlight:s-4/attrs', {
      address: address('Place de la République', 'Rédange'),
    });
    assert.equal(patched.statusCode, 204, patched.body);
    await until('republ place', ['Streetlight:s-4']);
    await g.ask(root, 'DELETE', '/ngsi-ld/v1/entities/urn:ngsi-ld:Streetlight:s-4');
    await until('republ place', []);

    for (const [query, named] of [
      ['', 'text'],
      ['text=a&limit=0', 'limit'],
      ['text=a&other=1', 'other'],
      [`text=${'abc+'.repeat(9)}`, undefined],
      [`text=${'b c e f g h i j k'.split(' ').join('+')}`, 'text'],
    ] as const) {
      const answer = await g.ask(root, 'GET', `/territory/search?${query}`);
      assert.equal(answer.statusCode, named === undefined ? 200 : 400, answer.body);
      if (named) assert.match(answer.json().detail, new RegExp(`^${named}`));
    }
    for (const strange of ["'", '\\', '%', '_', ':*', '& |', '(', '\u0000x', 'œ', '🙂']) {
      const answer = await g.ask(root, 'GET', `/territory/search?text=${encodeURIComponent(strange)}`);
      assert.ok(answer.statusCode < 500, `${strange}: ${answer.body}`);
    }
  });
});
