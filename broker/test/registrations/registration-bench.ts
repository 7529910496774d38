import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RegistrationIndex } from '../../src/federation/registrations/index/registration-index.ts';
import type { RegistrationQuery } from '../../src/federation/registrations/match-registration.ts';
import { mergedDocument, openRegistration } from '../../src/federation/registrations/open-registration.ts';
import { parseRegistration } from '../../src/federation/registrations/parse/parse-registration.ts';
import { parseGeoQuery } from '../../src/query/geo/geo-query.ts';
import { parseQ } from '../../src/query/q/q-parser.ts';
import { parseScopeQuery } from '../../src/query/scope/scope-query.ts';
import { parseTypeSelection } from '../../src/query/type-selection.ts';

/*
 * npm run bench -- registrations [how many], or node broker/test/registrations/registration-bench.ts
 *
 * The cost of finding the registrations for a request or a discovery among many, in memory like the broker: without
 * database and HTTP. Half of them are for one entity each by its id, with separate types; a tenth for all entities of a
 * type; the rest for one attribute of a type. All have a location, a scope and a property. A retrieval without a type
 * concerns all registrations of types; its cost without such registrations is measured too.
 */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const COUNT = Number(process.argv[2] ?? 100_000);
const SECONDS = 1;
const AT = '2026-08-10T10:00:00.000Z';
const iri = (term: string) => `https://example.org/${term}`;
const names = { attribute: iri, type: iri, vocab: iri };

function informationOf(number: number, isById: boolean) {
  const kind = isById ? 0 : number % 10;
  if (kind < 5) return { entities: [{ id: `urn:ngsi-ld:Lamp:${number}`, type: `Own${number}` }] };
  const entities = [{ type: `T${Math.floor(number / 10) % 10_000}` }];
  return kind === 5 ? { entities } : { entities, propertyNames: [`a${kind}`] };
}

function registration(number: number, isById = false) {
  const place = [5.5 + (number % 1000) / 1000, 49 + Math.floor(number / 1000) / 1000];
  const fragment = parseRegistration(
    {
      type: 'ContextSourceRegistration',
      id: `urn:ngsi-ld:ContextSourceRegistration:${number}`,
      endpoint: `http://source${number}.example`,
      information: [informationOf(number, isById)],
      location: { type: 'Point', coordinates: place },
      scope: `/Commune${number % 1000}/Street${number}`,
      operatedBy: { type: 'Property', value: `operator ${number % 5000}` },
    },
    names,
    AT,
    false,
  );
  return openRegistration('', mergedDocument(undefined, fragment), new Date(AT));
}

function near(metres: number): RegistrationQuery {
  const geoQ = parseGeoQuery(
    { georel: `near;maxDistance==${metres}`, geometry: 'Point', coordinates: [6, 49.05], geoproperty: 'location' },
    { ...names, attribute: (term) => `https://uri.etsi.org/ngsi-ld/${term}` },
  );
  return geoQ === undefined ? {} : { geoQ };
}

const id = { ids: [`urn:ngsi-ld:Lamp:${COUNT - 10}`] };
const QUERIES: readonly (readonly [what: string, query: RegistrationQuery])[] = [
  ['retrieve by id and type', { selectors: [{ ...id, types: parseTypeSelection('T7', names) }] }],
  ['retrieve by id, of no type', { selectors: [id] }],
  ['retrieve by id, of no type, one attribute', { selectors: [id], attributes: new Set([iri('b')]) }],
  ['query by type', { selectors: [{ types: parseTypeSelection('T7', names) }] }],
  [
    'query by type and attribute',
    { selectors: [{ types: parseTypeSelection('T7', names) }], attributes: new Set([iri('a7')]) },
  ],
  ['discovery by csf, 20 of them', { csf: parseQ('operatedBy=="operator 77"', names) }],
  ['discovery by scopeQ, 100 of them', { scopeQ: parseScopeQuery('/Commune77/#') }],
  ['discovery by geoQ, near 500 m', near(500)],
  [
    'discovery of a type by geoQ, near 5 km',
    { ...near(5000), selectors: [{ types: parseTypeSelection('T7', names) }] },
  ],
];

collectGarbage();
const heap = process.memoryUsage().heapUsed;
const index = new RegistrationIndex();
const start = performance.now();
for (let number = 0; number < COUNT; number++) index.put(registration(number));
const milliseconds = performance.now() - start;
collectGarbage();
const bytes = Math.round((process.memoryUsage().heapUsed - heap) / COUNT);
console.log(
  `${COUNT} registrations, ${bytes} bytes each, ${((milliseconds / COUNT) * 1000).toFixed(0)} µs to read and file one\n`,
);
console.log('| request | that match | µs |');
console.log('| --- | --: | --: |');
for (const [what, query] of QUERIES) measure(index, what, query);
const byId = new RegistrationIndex();
for (let number = 0; number < COUNT; number++) byId.put(registration(number, true));
measure(byId, 'retrieve by id, of no type, where all are of ids', { selectors: [id] });

function measure(of: RegistrationIndex, what: string, query: RegistrationQuery): void {
  const found = of.search('', query).length;
  let rounds = 0;
  const began = performance.now();
  do {
    of.search('', query);
    rounds++;
  } while (performance.now() - began < SECONDS * 1000);
  console.log(`| ${what} | ${found} | ${(((performance.now() - began) / rounds) * 1000).toFixed(1)} |`);
}
