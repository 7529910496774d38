import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coreContext } from '@alzette/ngsi-ld-schemas/contexts';
import { createCompiler } from './compile.ts';

const compiler = await createCompiler(coreContext['@context'] as Record<string, unknown>);
const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';
const CORE = 'https://uri.etsi.org/ngsi-ld/';

const USER = {
  ex: 'https://ex.example/',
  deep: 'https://ex.example/deep#',
  notPrefix: { '@id': 'https://ex.example/np/' },
  forced: { '@id': 'https://ex.example/forced', '@prefix': true },
  speed: 'https://ex.example/speed',
  velocity: 'https://ex.example/speed',
  pace: 'https://ex.example/speed',
  almostFull: 'ex:almostFull',
  byCore: 'ngsi-ld:byCore',
  typed: { '@id': 'ex:typed', '@type': 'DateTime' },
  knows: { '@reverse': 'ex:knownBy' },
  'ex:defined': 'https://ex.example/defined',
  status: 'https://ex.example/status',
  name: 'https://ex.example/name',
  gone: null,
  kind: '@type',
  é: 'ex:accent',
};
const terms = await compiler.compile([USER]);

const EXPANDED: [name: string, iri: string][] = [
  ['speed', 'https://ex.example/speed'],
  ['almostFull', 'https://ex.example/almostFull'],
  ['byCore', `${CORE}byCore`],
  ['typed', 'https://ex.example/typed'],
  ['knows', 'https://ex.example/knownBy'],
  ['é', 'https://ex.example/accent'],
  ['unknown', `${DEFAULT}unknown`],
  ['with space', `${DEFAULT}with space`],
  [':', `${DEFAULT}:`],
  [':x', `${DEFAULT}:x`],
  ['', DEFAULT],
  ['__proto__', `${DEFAULT}__proto__`],
  ['constructor', `${DEFAULT}constructor`],
  ['status', `${CORE}status`],
  ['location', `${CORE}location`],
  ['description', 'http://purl.org/dc/terms/description'],
  ['value', `${CORE}hasValue`],
  ['ex:temperature', 'https://ex.example/temperature'],
  ['ex:defined', 'https://ex.example/defined'],
  ['ex:', 'https://ex.example/'],
  ['ex:a:b', 'https://ex.example/a:b'],
  ['ex://x', 'ex://x'],
  ['notPrefix:x', 'notPrefix:x'],
  ['forced:x', 'https://ex.example/forcedx'],
  ['geojson:x', 'https://purl.org/geojson/vocab#x'],
  ['ngsi-ld:default-context/unknown', `${DEFAULT}unknown`],
  ['unknown:x', 'unknown:x'],
  ['unknown:x y', `${DEFAULT}unknown:x y`],
  ['urn:ngsi-ld:x', 'urn:ngsi-ld:x'],
  ['https://other.example/x', 'https://other.example/x'],
];

const COMPACTED: [iri: string, name: string][] = [
  ['https://ex.example/speed', 'pace'], // shortest, then least
  ['https://ex.example/almostFull', 'almostFull'],
  ['https://ex.example/knownBy', 'ex:knownBy'], // never by a reverse term
  ['https://ex.example/temperature', 'ex:temperature'],
  ['https://ex.example/deep#x', 'deep:x'],
  ['https://ex.example/defined', 'ex:defined'],
  ['https://ex.example/np/x', 'ex:np/x'],
  ['https://ex.example/status', 'ex:status'], // the core has taken `status`
  ['https://ex.example/name', 'name'],
  [`${DEFAULT}unknown`, 'unknown'],
  [`${DEFAULT}almostFull`, 'ngsi-ld:default-context/almostFull'], // T 001_05_02
  [`${DEFAULT}id`, 'ngsi-ld:default-context/id'],
  [`${DEFAULT}ex:x`, 'ngsi-ld:default-context/ex:x'],
  [DEFAULT, 'ngsi-ld:default-context/'],
  [`${CORE}status`, 'status'],
  [`${CORE}observedAt`, 'observedAt'],
  [`${CORE}somethingNew`, 'ngsi-ld:somethingNew'],
  ['http://purl.org/dc/terms/description', 'description'],
  ['https://other.example/x', 'https://other.example/x'],
  ['urn:x:y', 'urn:x:y'],
];

describe('names by a compiled context', () => {
  for (const [name, iri] of EXPANDED) {
    test(`"${name}" expands to ${iri}`, () => {
      for (const expand of [terms.attribute, terms.type, terms.vocab]) {
        assert.equal(expand.call(terms, name), iri);
        assert.equal(expand.call(terms, name), iri);
      }
    });
  }

  for (const [iri, name] of COMPACTED) {
    test(`${iri} compacts to "${name}", and back`, () => {
      assert.equal(terms.compact(iri), name);
      assert.equal(terms.attribute(name), iri);
      assert.equal(terms.compact(iri), name);
    });
  }

  for (const name of ['@type', '@anything', 'id', 'type', 'kind', 'gone']) {
    test(`"${name}" is not a valid name`, () => {
      assert.throws(() => terms.attribute(name), {
        name: 'BadRequestData',
        message: new RegExp(`^Attribute name "${name}"`),
      });
      assert.throws(() => terms.type(name), { name: 'BadRequestData', message: /^Entity type name/ });
    });
  }

  test('stays correct when the name cache overflows', () => {
    for (let n = 0; n < 10_000; n += 1) {
      assert.equal(terms.attribute(`name${n}`), `${DEFAULT}name${n}`);
      assert.equal(terms.compact(`https://ex.example/name${n}`), `ex:name${n}`);
    }
    assert.equal(terms.attribute('x'.repeat(5_000)), DEFAULT + 'x'.repeat(5_000));
  });
});

describe('user contexts in order', () => {
  test('the later one wins, null resets, the core stays', async () => {
    const last = await compiler.compile([{ a: 'https://x/1', b: 'https://x/b' }, { a: 'https://x/2' }]);
    assert.deepEqual([last.attribute('a'), last.attribute('b')], ['https://x/2', 'https://x/b']);
    const another = await compiler.compile([{ a: 'https://x/1' }, null, { b: 'https://x/b' }]);
    assert.deepEqual([another.attribute('a'), another.attribute('b')], [`${DEFAULT}a`, 'https://x/b']);
    assert.equal(another.attribute('location'), `${CORE}location`);
  });

  test("a user's vocabulary applies to its own terms, the core's to the rest", async () => {
    const own = await compiler.compile([{ '@vocab': 'https://v.example/', speed: { '@type': '@id' } }]);
    assert.equal(own.attribute('speed'), 'https://v.example/speed');
    assert.equal(own.attribute('other'), `${DEFAULT}other`);
  });

  const INVALID: [string, unknown][] = [
    ['a number for a definition', { a: 5 }],
    ['an unknown keyword in a definition', { a: { '@id': 'https://x/', '@what': 1 } }],
    ['a relative IRI with a cycle', { a: 'b:x', b: 'a:x' }],
    ['a redefined keyword', { '@id': 'https://x/' }],
    ['an empty term', { '': 'https://x/' }],
    ['an unsupported version', { '@version': 2 }],
  ];
  for (const [what, context] of INVALID) {
    test(`refuses ${what}`, async () => {
      await assert.rejects(compiler.compile([context]), {
        name: 'BadRequestData',
        message: /^@context is not a valid JSON-LD 1.1 context: /,
      });
    });
  }

  test('survives a chain of definitions deeper than the stack', async () => {
    const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`p${n}`, `p${n + 1}:x`]));
    await compiler.compile([chain]).catch((error) => assert.equal(error.name, 'BadRequestData'));
  });
});
