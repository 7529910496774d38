import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bundledContexts, coreContext, TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas/contexts';
import jsonld from 'jsonld';
import { createCompiler } from '../../src/context/compile.ts';
import { gather } from '../../src/context/gather.ts';
import type { TermMap } from '../../src/context/term-map.ts';

const MODELS = new URL('../../../../shared/smart-data-models/', import.meta.url);
const CORE = coreContext['@context'] as Record<string, unknown>;
const compiler = await createCompiler(CORE);

type Document = Record<string, unknown>;

/** The scoped context of `ngsildproof` refers to a W3C document; nothing else may be fetched. */
const OPTIONS = {
  documentLoader: async (url: string) => {
    assert.equal(url, 'https://w3id.org/security/data-integrity/v2');
    return { documentUrl: url, document: { '@context': {} } };
  },
};

async function compile(userContext: unknown): Promise<TermMap> {
  const { contexts } = await gather(userContext, {
    load: (url) => assert.fail(`${url} is not to be loaded`),
    isCore: (url) => url.startsWith('https://uri.etsi.org/ngsi-ld/v1/'),
    isCoreTerm: (term) => term in CORE,
  });
  return compiler.compile(contexts);
}

/** The expansion of each name as an attribute by jsonld, with the user's context followed by the core. */
async function expandByLibrary(userContext: unknown, names: readonly string[]): Promise<Map<string, string>> {
  const attributes = names.map((name, n) => [name, { '@id': `urn:mark:${n};` }]);
  const document = { '@context': [userContext, CORE].flat(), ...Object.fromEntries(attributes) };
  const [node = {}] = (await jsonld.expand(document, OPTIONS)) as Document[];
  const expanded = new Map<string, string>();
  for (const [iri, value] of Object.entries(node)) {
    for (const [, n] of JSON.stringify(value).matchAll(/urn:mark:(\d+);/g)) expanded.set(names[Number(n)] ?? '', iri);
  }
  return expanded;
}

async function compactByLibrary(userContext: unknown, iris: readonly string[]): Promise<Map<string, string>> {
  const attributes = iris.map((iri, n) => [iri, { '@id': `urn:mark:${n};` }]);
  const node = (await jsonld.compact(
    Object.fromEntries(attributes),
    [userContext, CORE].flat() as never,
    OPTIONS,
  )) as Document;
  const compacted = new Map<string, string>();
  for (const [name, value] of Object.entries(node)) {
    if (name === '@context') continue;
    for (const [, n] of JSON.stringify(value).matchAll(/urn:mark:(\d+);/g)) compacted.set(iris[Number(n)] ?? '', name);
  }
  return compacted;
}

async function typeByLibrary(userContext: unknown, type: string): Promise<unknown> {
  const document = { '@context': [userContext, CORE].flat(), '@type': type } as object;
  const [node] = (await jsonld.expand(document, OPTIONS)) as Document[];
  return [node?.['@type']].flat()[0];
}

/** The library applies a term with a coercion only to some values; for us only its IRI matters (C.6). */
function isCoerced(userContext: unknown, name: string): boolean {
  return [userContext, CORE]
    .flat()
    .some(
      (context) => typeof context === 'object' && context !== null && typeof (context as Document)[name] === 'object',
    );
}

async function holdAgainstLibrary(userContext: unknown, names: readonly string[]): Promise<void> {
  const terms = await compile(userContext);
  const expanded = await expandByLibrary(userContext, names);
  assert.equal(expanded.size, names.length, 'the library dropped a name');
  for (const name of names) assert.equal(terms.attribute(name), expanded.get(name), `"${name}" expands differently`);

  const iris = [...new Set(expanded.values())];
  const compacted = await compactByLibrary(userContext, iris);
  for (const iri of iris) {
    const name = terms.compact(iri);
    assert.equal(terms.attribute(name), iri, `"${name}" does not lead back`);
    if (!isCoerced(userContext, name)) assert.equal(name, compacted.get(iri), `${iri} compacts differently`);
  }
}

const EXOTIC = {
  ex: 'https://ex.example/',
  exDeep: 'https://ex.example/deep/',
  a: 'ex:same',
  bb: 'ex:same',
  b: 'ex:same',
  almostFull: 'https://other.example/almostFull',
  status: 'https://other.example/status',
  'ex:named': { '@id': 'ex:named' },
  id2: { '@id': 'ex:id2', '@type': '@id' },
  list: { '@id': 'ex:list', '@container': '@list' },
  vocabulary: 'https://uri.etsi.org/ngsi-ld/default-context/somethingElse',
};
const EXOTIC_NAMES = [
  'a',
  'b',
  'bb',
  'almostFull',
  'status',
  'ex:named',
  'ex:free',
  'exDeep:x',
  'ex:deep/y',
  'id2',
  'list',
  'vocabulary',
  'somethingElse',
  'unknown',
  'unknown:x',
  'ngsi-ld:default-context/almostFull',
  'ngsi-ld:new',
  'geojson:x',
  'é',
  'a_b',
  'https://ex.example/full',
  'https://elsewhere.example/x',
  'urn:x:y',
  'location',
  'description',
  'observationSpace',
  'title',
];

describe('names expand and compact as by jsonld', () => {
  test('under the core alone', async () => {
    const names = Object.keys(CORE).filter((name) => !name.startsWith('@') && name !== 'id' && name !== 'type');
    await holdAgainstLibrary([], [...names, 'unknown', 'ngsi-ld:x', 'https://x.example/y']);
  });

  test('under the territory context', async () => {
    const territory = bundledContexts.get(TERRITORY_CONTEXT_PATH)?.['@context'] as Document;
    await holdAgainstLibrary(territory, [...Object.keys(territory), 'sdmWeather:temperature', 'unknown', 'status']);
  });

  test('under a context with prefixes, ties, shadows and coercions', () => holdAgainstLibrary(EXOTIC, EXOTIC_NAMES));

  test('under several contexts', () =>
    holdAgainstLibrary(
      [EXOTIC, { a: 'ex:again', ex: 'https://second.example/' }, { c: 'ex:c' }],
      [...EXOTIC_NAMES, 'c'],
    ));

  test('types', async () => {
    const terms = await compile(EXOTIC);
    for (const type of EXOTIC_NAMES) assert.equal(terms.type(type), await typeByLibrary(EXOTIC, type), type);
  });
});

const isMissing = existsSync(MODELS) ? false : '../shared/smart-data-models is missing';
const examples = isMissing ? [] : globSync('*/*/example*.jsonld', { cwd: MODELS }).sort();

describe('the Smart Data Models expand and compact as by jsonld', { skip: isMissing }, () => {
  test('there are examples', () => assert.ok(examples.length >= 100, `got ${examples.length}`));

  for (const example of examples) {
    test(example, async (t) => {
      const text = readFileSync(new URL(example, MODELS), 'utf8');
      const entity = parsed(text);
      if (entity === undefined) return t.skip('this example is not JSON');
      const context = contextOf(example.split('/')[0] ?? '');
      await holdAgainstLibrary(context, namesIn(entity));
      const terms = await compile(context);
      for (const type of [entity.type].flat()) {
        assert.equal(terms.type(String(type)), await typeByLibrary(context, String(type)));
      }
    });
  }

  test('the one context that JSON-LD 1.1 refuses is refused', async () => {
    const { '@context': context } = JSON.parse(readFileSync(new URL('IssueTracking/context.jsonld', MODELS), 'utf8'));
    await assert.rejects(compile(context), { name: 'BadRequestData', message: /must expand to definition/ });
  });
});

function parsed(text: string): Document | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function contextOf(subject: string): unknown {
  const patched = new URL(`${subject}/context.patched.jsonld`, MODELS);
  const file = existsSync(patched) ? patched : new URL(`${subject}/context.jsonld`, MODELS);
  return JSON.parse(readFileSync(file, 'utf8'))['@context'];
}

/** Names of attributes and of their members, without aliases of keywords. */
function namesIn(entity: Document): string[] {
  const names = new Set<string>();
  for (const [name, attribute] of Object.entries(entity)) {
    names.add(name);
    for (const instance of [attribute].flat()) {
      if (typeof instance === 'object' && instance !== null)
        for (const member of Object.keys(instance)) names.add(member);
    }
  }
  return [...names].filter((name) => !name.startsWith('@') && name !== 'id' && name !== 'type' && name !== '');
}
