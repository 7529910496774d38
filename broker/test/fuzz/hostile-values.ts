import type { Random } from './random.ts';

/** A value of a JSON document; `Raw` is written unchanged. */
export type Value = null | boolean | number | string | Raw | readonly Value[] | { readonly [member: string]: Value };

export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** As JSON text. `Raw` is for duplicate members, numbers outside doubles and endless nesting. */
export function written(value: Value): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([member, content]) => `${JSON.stringify(member)}:${written(content)}`);
  return `{${members.join(',')}}`;
}

function nested(open: string, close: string, depth: number): Raw {
  return new Raw(`${open.repeat(depth)}1${close.repeat(depth)}`);
}

const RAW: readonly Raw[] = [
  '1e999',
  '-1e999',
  '1e308',
  '5e-324',
  '-0',
  '1.0000000000000000000000001',
  '9007199254740993',
  `1${'0'.repeat(400)}`,
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"a\\u0000b"',
  '"\\uffff"',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"type":"Property","type":"Relationship","value":1,"object":"urn:a:b"}',
  '{"\\u0000":1}',
  '{"\\ud800":1}',
  '{"":1}',
].map((text) => new Raw(text));

const VALUES: readonly Value[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  'urn:ngsi-ld:null',
  '@none',
  'not a uri',
  'urn:a:b',
  'javascript:alert(1)',
  '\u202eurn:a:b',
  "'; DROP TABLE entity; --",
  '{{7*7}}',
  '$.a ? (@ > 1)',
  '<script>alert(1)</script>',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '9999-12-31T23:59:60Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00+01:00',
  '-0001-01-01T00:00:00Z',
  [],
  {},
  [null],
  [[]],
  [{}],
  [1, 'two', null],
  { type: 'Property' },
  { type: 'Nothing', value: 1 },
  { type: ['Property', 'Relationship'], value: 1 },
  { type: 'Property', value: null },
  { type: 'Property', value: 1, object: 'urn:a:b' },
  { type: 'Relationship', object: 'nowhere' },
  { type: 'Relationship', object: [] },
  { type: 'LanguageProperty', languageMap: { fr: 1 } },
  { type: 'LanguageProperty', languageMap: {} },
  { type: 'VocabProperty', vocab: [1] },
  { type: 'JsonProperty', json: 'text' },
  { type: 'ListProperty', valueList: 7 },
  { type: 'ListRelationship', objectList: [{ object: 7 }] },
  { type: 'Property', value: 1, datasetId: 'urn:ngsi-ld:null' },
  { type: 'Property', value: 1, observedAt: {} },
  { type: 'Property', value: 1, unitCode: [] },
  { type: 'Property', value: 1, '@context': 'http://127.0.0.1:9/x' },
  [
    { type: 'Property', value: 1 },
    { type: 'Property', value: 2 },
  ],
  { type: 'Point', coordinates: [181, 91] },
  { type: 'Point', coordinates: [1e308, 1] },
  { type: 'Point', coordinates: ['1', '2'] },
  { type: 'Point', coordinates: [] },
  { type: 'Point', coordinates: [1, 2, 3, 4, 5] },
  { type: 'LineString', coordinates: [[1, 1]] },
  {
    type: 'LineString',
    coordinates: [
      [1, 1],
      [1, 1],
    ],
  },
  { type: 'Polygon', coordinates: [[[0, 0]]] },
  {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
  },
  {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
    ],
  },
  {
    type: 'Polygon',
    coordinates: [
      [
        [-180, -90],
        [180, -90],
        [180, 90],
        [-180, 90],
        [-180, -90],
      ],
    ],
  },
  { type: 'MultiPolygon', coordinates: [[[[0, 0, 5]]]] },
  { type: 'GeometryCollection', geometries: [] },
];

/** A value that is unexpected or unusual in its place. */
export function hostileValue(random: Random): Value {
  const roll = random.below(100);
  if (roll < 60) return random.pick(VALUES);
  if (roll < 85) return random.pick(RAW);
  if (roll < 88) return nested('[', ']', random.pick([17, 65, 1000, 20_000, 100_000]));
  if (roll < 91) return nested('{"a":', '}', random.pick([17, 65, 1000, 100_000]));
  if (roll < 93) return nested('{"type":"Property","value":1,"sub":', '}', random.pick([17, 1000, 50_000]));
  if (roll < 96) return { type: 'GeoProperty', value: JSON.stringify({ type: 'Point', coordinates: 1 }) };
  if (roll < 98) return `urn:ngsi-ld:Lamp:${longText(random)}`;
  return longText(random);
}

/** Up to 20 kB, rarely 5 MB, of hardly compressible characters. */
function longText(random: Random): string {
  const alphabet = random.pick(['abcdefghijklmnopqrstuvwxyz0123456789', 'äöüßéèçàñž', '中文字符測試用例', '😀😁😂🤣']);
  const letters = [...alphabet];
  const length = random.chance(0.02) ? 5_000_000 / alphabet.length : random.pick([300, 1100, 3000, 20_000]);
  const block = random.several(100, 400, () => random.pick(letters)).join('');
  return block.repeat(Math.ceil(length / block.length));
}

const NAMES = [
  'id',
  'type',
  '@id',
  '@type',
  'scope',
  'expiresAt',
  'createdAt',
  'location',
  'observationSpace',
  'value',
  'object',
  'languageMap',
  'datasetId',
  'observedAt',
  'unitCode',
  'valueType',
  'objectType',
  'ngsildproof',
  'previousValue',
  'entity',
  'instanceId',
  'lang',
  '@context',
  '@value',
  '@graph',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  'a b',
  '9a',
  'a.b',
  'a{b}',
  'a:b:c',
  'http://example.org/a b',
  'https://uri.etsi.org/ngsi-ld/observedAt',
  'urn:ngsi-ld:null',
  'Škola',
  '\u0000',
];

/** The name of a member that does not belong in its place, or an invalid name. */
export function hostileName(random: Random): string {
  return random.chance(0.9) ? random.pick(NAMES) : longText(random).slice(0, 5000);
}
