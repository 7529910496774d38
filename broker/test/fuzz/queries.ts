import { ATTRIBUTES, IDS } from './documents.ts';
import type { Random } from './random.ts';

const LITERALS = [
  '1',
  '-1.5e3',
  '1e999',
  '1e308',
  '99999999999999999999999999',
  '"text"',
  '"\\u0000"',
  '"\\ud800"',
  '"open',
  '""',
  'true',
  'bare',
  'urn:ngsi-ld:Lamp:1',
  '2026-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '2026-01-01',
  '24:00:00Z',
  '1..5',
  '5..1',
  '"a".."z"',
  '1.."a"',
  '1,2,"x",true',
  '..',
  ',',
  "'; DROP TABLE entity; --",
  '$1',
  '\u0000',
];

const REGEXES = [
  '(a+)+$',
  '(a|a)*b',
  '((a*)*)*',
  '([a-z]+)*\\d',
  '(.*)(.*)(.*)(.*)(.*)(.*)(.*)x',
  '(a|b|ab)*c{200}',
  '(x{200}){5}',
  'x{1,99999}',
  'a{2,1}',
  '[z-a]',
  '[[:foo:]]',
  '[[.hyphen.]]',
  '(?=a)b',
  '(?i)x',
  '\\1(a)',
  '\\p{L}',
  '***:x',
  '***=x',
  '(',
  ')',
  '[',
  '[^]',
  '*',
  '^*',
  '$^',
  '\\',
  'a\\',
  'ü😀[é-ü]',
  '.{255}{255}',
  '(?:)',
  '|||',
  '()',
];

const OPERATORS = ['==', '!=', '>', '>=', '<', '<=', '~=', '!~=', '=', '=>', '=~', ''];

function q(random: Random, depth = 0): string {
  if (depth < 4 && random.chance(0.3)) {
    const inner = `${q(random, depth + 1)}${random.pick([';', '|'])}${q(random, depth + 1)}`;
    return random.chance(0.5) ? `(${inner})` : inner;
  }
  const path = random.pick([
    ...ATTRIBUTES,
    'level.source',
    'state[a.b]',
    'state[]',
    'near{Lamp:level}',
    'near{near{near{level}}}',
    'near{}',
    'a.b.c.d.e.f.g',
    'createdAt',
    'scope',
    'type',
    'id',
    'level.observedAt',
    'level.unitCode',
    'https%3A%2F%2Fx%2Fy',
    '__proto__',
    'constructor',
    '',
  ]);
  const operator = random.pick(OPERATORS);
  const operand = operator.endsWith('~=') || operator === '~=' ? random.pick(REGEXES) : random.pick(LITERALS);
  return `${random.chance(0.1) ? '!' : ''}${path}${operator}${operator === '' ? '' : operand}`;
}

const COORDINATES = [
  '[5.9,49.4]',
  '[[5,49],[6,50]]',
  '[[[5,49],[6,49],[6,50],[5,49]]]',
  '[[[0,0],[1,1],[1,0],[0,1],[0,0]]]',
  '[[[0,0],[0,0],[0,0],[0,0]]]',
  '[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]',
  '[[[170,0],[-170,0],[-170,10],[170,10],[170,0]]]',
  '[181,0]',
  '[1e308,0]',
  '[null,null]',
  '["5","49"]',
  '[]',
  '5,49',
  '{}',
  '[[[[',
  `${'['.repeat(8000)}${']'.repeat(8000)}`,
];

const NUMBERS = [
  '0',
  '1',
  '-1',
  '5000',
  '5001',
  '999999999999999',
  '99999999999999999999',
  '1e3',
  '1.5',
  '0x10',
  '',
  ' 1',
  'NaN',
  '٣',
];

const NAME_LISTS = [
  ...ATTRIBUTES,
  'id',
  'id,type',
  'level,level',
  'level,,state',
  ',',
  'near{level}',
  'near{near{near{level}}}',
  'near{level',
  'near}',
  'near{}',
  'near{*}',
  'level|state',
  'a b',
  '@context',
  '__proto__',
  'x'.repeat(3000),
  `${'near{'.repeat(200)}level${'}'.repeat(200)}`,
  Array.from({ length: 2000 }, (_, n) => `a${n}`).join(','),
];

/** Values for each parameter; each is valid in some requests and invalid in others. */
const PARAMETERS: { readonly [name: string]: (random: Random) => string } = {
  id: (random) => random.pick([...IDS, IDS.join(','), 'x', '', ',', 'urn:a:b,', `urn:a:${'b'.repeat(5000)}`]),
  type: (random) =>
    random.pick([
      'Lamp',
      'Lamp,Device',
      '(Lamp;Device)',
      '*',
      '',
      '(',
      'Lamp;',
      '(Lamp',
      '((Lamp))',
      'a b',
      'x:y:z',
      '|',
    ]),
  idPattern: (random) => random.pick([...REGEXES, '.*', '^urn']),
  attrs: (random) => random.pick(NAME_LISTS),
  pick: (random) => random.pick(NAME_LISTS),
  omit: (random) => random.pick(NAME_LISTS),
  q: (random) => q(random),
  csf: (random) => q(random),
  expandValues: (random) => random.pick(NAME_LISTS),
  jsonKeys: (random) => random.pick(NAME_LISTS),
  georel: (random) =>
    random.pick([
      'near;maxDistance==100',
      'near;minDistance==1',
      'near;maxDistance==1e308',
      'near;maxDistance==1e-320',
      'near;maxDistance==-1',
      'near;maxDistance==999999999999999999',
      'near',
      'within',
      'contains',
      'intersects',
      'equals',
      'disjoint',
      'overlaps',
      'beside',
    ]),
  geometry: (random) =>
    random.pick([
      'Point',
      'LineString',
      'Polygon',
      'MultiPoint',
      'MultiPolygon',
      'GeometryCollection',
      '__proto__',
      '',
    ]),
  coordinates: (random) => random.pick(COORDINATES),
  geoproperty: (random) =>
    random.pick(['location', 'level', 'observationSpace', 'a b', '', '__proto__', 'x'.repeat(2000)]),
  geometryProperty: (random) => random.pick(['location', 'level', 'a b', '', '__proto__']),
  scopeQ: (random) =>
    random.pick([
      '/A',
      '/A/+',
      '/A/#',
      '/#',
      'A',
      '//',
      '/A;/C',
      '(/A|/C_1)',
      '/A//B',
      '',
      '#',
      '/+',
      '/A/#/B',
      '(',
      '/\u0000',
    ]),
  orderBy: (random) =>
    random.pick([
      'level',
      'level;desc',
      'location;dist-asc',
      'id',
      'type;asc',
      'level;sideways',
      'a b',
      ',',
      'near{level}',
      'state[a.b]',
      Array.from({ length: 300 }, (_, n) => `a${n}`).join(','),
    ]),
  orderFrom: (random) => random.pick(COORDINATES),
  orderGeometry: (random) => random.pick(['Point', 'Polygon', 'x']),
  collation: (random) =>
    random.pick([
      'fr',
      'de-u-co-phonebk',
      'und',
      'x',
      "fr'; DROP TABLE entity",
      'zz-zz-zz',
      'en-US-posix',
      'a'.repeat(60),
      '-',
      'root',
    ]) + (random.chance(0.1) ? `-x-${random.below(1000)}` : ''),
  limit: (random) => random.pick(NUMBERS),
  offset: (random) => random.pick(NUMBERS),
  count: (random) => random.pick(['true', 'false', 'TRUE', '1', '']),
  join: (random) => random.pick(['inline', 'flat', '@none', 'outline']),
  joinLevel: (random) => random.pick([...NUMBERS, '2', '5', '10']),
  containedBy: (random) => random.pick([...IDS, 'x', '']),
  datasetId: (random) => random.pick(['@none', 'urn:x:gps', 'x', '', 'urn:ngsi-ld:null', '@none,urn:x:gps']),
  lang: (random) =>
    random.pick(['fr', '*', 'fr;q=0.5,lb', ';;;', 'q=', 'x;q=NaN', '', '__proto__', 'fr,'.repeat(3000)]),
  format: (random) =>
    random.pick(['normalized', 'concise', 'simplified', 'keyValues', 'x', '', '__proto__', 'constructor']),
  options: (random) =>
    random.pick(['sysAttrs', 'concise,sysAttrs', 'keyValues', 'noOverwrite', 'update', 'x', '', ',', 'constructor']),
  local: (random) => random.pick(['true', 'false', 'yes']),
  details: (random) => random.pick(['true', 'false', 'yes']),
  splitEntities: (random) => random.pick(['true', 'x']),
  deleteAll: (random) => random.pick(['true', 'false', 'x']),
  observedAt: (random) => random.pick(['2026-01-01T00:00:00Z', '0000-00-00T00:00:00Z', 'now', '']),
  keep: (random) => random.pick(NAME_LISTS),
  drop: (random) => random.pick(NAME_LISTS),
  bbox: (random) => random.pick(['5,49,6,50', '5,49,6', '6,50,5,49', 'a,b,c,d', '1e999,0,0,0', '']),
  context: (random) => random.pick(['', 'x', 'http://127.0.0.1:9/none.jsonld', 'file:///etc/passwd', 'urn:a:b']),
  tenant: (random) => random.pick(['', 'x', 'a b', '\u0000']),
  entityMap: () => 'true',
  unknown: () => '1',
  __proto__x: () => '1',
};

/**
 * Values that are valid wherever the parameter is known. Most of a query must be valid, otherwise it never reaches the
 * database.
 */
const GOOD: { readonly [name: string]: readonly string[] } = {
  id: [IDS.join(','), 'urn:ngsi-ld:Lamp:1'],
  type: ['Lamp', 'Lamp,Device', '(Lamp;Device)', '*'],
  idPattern: ['.*', '^urn:ngsi-ld:Lamp:[0-4]$', '(urn|x).*\\d'],
  attrs: ['level', 'state,location', 'near'],
  pick: ['id,level', 'near,location', 'type,scope,state'],
  omit: ['level', 'type'],
  q: [
    'level>1',
    'state=="on",true',
    'state[a.b]==1',
    'level.source',
    'level==1..50',
    'state!="x";level<=90|kind',
    'near{level>1}',
    'near=="urn:ngsi-ld:Lamp:2"',
    'createdAt>2020-01-01T00:00:00Z',
    'street~="(Rue|Strooss)+"',
    'state!~="^o[nf]+$"',
    'level.observedAt>=2025-01-01T00:00:00Z',
    'extra[a]==1',
    'street[fr]=="Rue"',
  ],
  geometryProperty: ['location'],
  scopeQ: ['/A', '/A/#', '/+/B', '/A;/C_1|/#'],
  orderBy: ['level', 'level;desc', 'id;desc', 'type', 'state[a.b]', 'createdAt;desc', 'street', 'near', 'location'],
  collation: ['fr', 'und', 'de-u-co-phonebk'],
  limit: ['1', '20', '1000'],
  offset: ['0', '1', '999999999999'],
  count: ['true', 'false'],
  join: ['inline', 'flat'],
  joinLevel: ['1', '2', '10'],
  containedBy: ['urn:ngsi-ld:Lamp:1'],
  datasetId: ['@none', 'urn:x:gps'],
  lang: ['fr', 'lb,fr;q=0.5', '*'],
  format: ['normalized', 'concise', 'simplified', 'keyValues'],
  options: ['sysAttrs', 'concise,sysAttrs'],
  local: ['true'],
  details: ['true'],
  deleteAll: ['true'],
  observedAt: ['2026-01-01T00:00:00Z'],
  keep: ['level'],
  drop: ['state,street'],
  csf: ['level'],
};

/** The three parameters of a geoquery belong together. */
function geoQuery(random: Random): string {
  const georel = random.pick(['near;maxDistance==1000', 'near;minDistance==1e300', ...TOPOLOGICAL]);
  const [geometry, coordinates] = random.pick(GEOMETRIES);
  const property = random.chance(0.3) ? `&geoproperty=${random.pick(['level', 'state', 'observationSpace'])}` : '';
  return `georel=${georel}&geometry=${geometry}&coordinates=${coordinates}${property}`;
}

const TOPOLOGICAL = ['within', 'contains', 'intersects', 'equals', 'disjoint', 'overlaps'];

const GEOMETRIES: readonly (readonly [string, string])[] = [
  ['Point', '[5.9,49.4]'],
  ['Point', '[180,-90]'],
  ['Point', '[0,90,1e300]'],
  ['MultiPoint', '[[0,0],[0,0],[5.9,49.4]]'],
  ['LineString', '[[1,1],[1,1]]'],
  ['LineString', '[[-180,0],[180,0]]'],
  ['Polygon', '[[[0,0],[60,0],[60,60],[0,60],[0,0]]]'],
  ['Polygon', '[[[0,0],[1,1],[1,0],[0,1],[0,0]]]'],
  ['Polygon', '[[[0,0],[0,0],[0,0],[0,0]]]'],
  ['Polygon', '[[[1,1],[2,2],[1,1],[1,1]]]'],
  ['Polygon', '[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]'],
  ['Polygon', '[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[20,20],[30,20],[30,30],[20,20]]]'],
  ['MultiPolygon', '[[[[0,0],[60,0],[60,60],[0,0]]],[[[0,0],[60,0],[60,60],[0,0]]]]'],
  ['MultiLineString', '[[[0,0],[0,0]],[[5,49],[5,49],[6,50]]]'],
];

const NAMES = Object.keys(PARAMETERS);

/** A query string, with `?`: most of its parameters valid, some altered, few unknown or repeated. */
export function hostileQuery(random: Random, known: readonly string[]): string {
  if (known.length === 0 && random.chance(0.95)) return '';
  const names = random.several(0, 4, () =>
    random.chance(0.98) ? random.pick(['type', ...known]) : random.pick(NAMES),
  );
  if (random.chance(0.99)) names.splice(0, names.length, ...new Set(names.filter((name) => known.includes(name))));
  const pairs = names.map((name) => {
    const good = GOOD[name];
    const value = good !== undefined && random.chance(0.8) ? random.pick(good) : (PARAMETERS[name] as Make)(random);
    const text = random.chance(0.04) ? bent(random, value) : value;
    return `${name === '__proto__x' ? '__proto__' : name}=${encoded(random, text)}`;
  });
  if (known.includes('georel') && random.chance(0.3)) {
    const others = pairs.filter((pair) => !/^(?:georel|geometry|coordinates|geoproperty)=/.test(pair));
    pairs.splice(0, pairs.length, ...others, geoQuery(random));
  }
  if (known.includes('orderFrom') && random.chance(0.1)) {
    const others = pairs.filter((pair) => !/^order/.test(pair));
    const [geometry, coordinates] = random.pick(GEOMETRIES);
    pairs.splice(
      0,
      pairs.length,
      ...others,
      `orderBy=location;dist-asc&orderGeometry=${geometry}&orderFrom=${coordinates}`,
    );
  }
  return pairs.length === 0 ? '' : `?${pairs.join(random.chance(0.99) ? '&' : '&&')}`;
}

type Make = (random: Random) => string;

function bent(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const strange = random.pick([
    '"',
    '(',
    ')',
    ';',
    '|',
    '{',
    '}',
    '[',
    ']',
    '\\',
    '%',
    '\u0000',
    ' ',
    '\u202e',
    '😀',
    ',',
    '..',
    '==',
  ]);
  return random.chance(0.5) ? text.slice(0, at) + strange + text.slice(at) : text.slice(0, at) + text.slice(at + 1);
}

function encoded(random: Random, text: string): string {
  if (random.chance(0.02)) return random.pick(['%', '%zz', '%E0%A4', '%ff%fe', '%u0041', '%00', '%ED%A0%80']);
  return encodeURIComponent(text).replaceAll('%20', random.pick(['+', '%20']));
}
