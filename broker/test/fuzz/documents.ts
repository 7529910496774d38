import { hostileName, hostileValue, type Value, written } from './hostile-values.ts';
import type { Random } from './random.ts';

/** The ids of the few entities in all requests. */
export const IDS: readonly string[] = Array.from({ length: 6 }, (_, number) => `urn:ngsi-ld:Lamp:${number}`);

/** Names of their attributes. */
export const ATTRIBUTES = ['level', 'state', 'location', 'street', 'kind', 'extra', 'route', 'depths', 'near'];

/** A valid entity, from which invalid documents are made. */
export function goodEntity(random: Random, id = random.pick(IDS)): { [member: string]: Value } {
  const entity: { [member: string]: Value } = { id, type: random.pick(['Lamp', ['Lamp', 'Device'], 'Škola']) };
  if (random.chance(0.3)) entity.scope = random.pick(['/A/B', ['/A', 'C_1']]);
  for (const name of ATTRIBUTES) if (random.chance(0.4)) entity[name] = goodAttribute(random, name);
  return entity;
}

export function goodAttribute(random: Random, name: string): Value {
  const more: { [member: string]: Value } = {};
  if (random.chance(0.3)) more.observedAt = '2026-01-01T00:00:00.123Z';
  if (random.chance(0.2)) more.source = { type: 'Property', value: 'meter' };
  switch (name) {
    case 'level':
      return random.pick<Value>([
        { type: 'Property', value: random.below(100), unitCode: 'CEL', ...more },
        [
          { type: 'Property', value: 1, ...more },
          { type: 'Property', value: 2, datasetId: 'urn:x:gps' },
        ],
        random.below(100),
      ]);
    case 'location':
      return { type: 'GeoProperty', value: goodGeometry(random), ...more };
    case 'street':
      return { type: 'LanguageProperty', languageMap: { fr: 'Rue', lb: ['Strooss', 'Wee'] }, ...more };
    case 'kind':
      return { type: 'VocabProperty', vocab: random.pick<Value>(['led', ['led', 'sodium']]), ...more };
    case 'extra':
      return { type: 'JsonProperty', json: { a: [1, { b: null }] }, ...more };
    case 'route':
      return { type: 'ListRelationship', objectList: random.several(0, 3, () => ({ object: random.pick(IDS) })) };
    case 'depths':
      return { type: 'ListProperty', valueList: [1, 2, 2], ...more };
    case 'near':
      return { type: 'Relationship', object: random.several(1, 6, () => random.pick(IDS)), objectType: 'Lamp' };
    default:
      return {
        type: 'Property',
        value: random.pick<Value>(['on', true, { a: { b: 1 } }, [1, 2], '2026-01-01']),
        ...more,
      };
  }
}

function goodGeometry(random: Random): Value {
  return random.pick<Value>([
    { type: 'Point', coordinates: [5.9, 49.4] },
    { type: 'Point', coordinates: [180, -90, 12.5] },
    {
      type: 'LineString',
      coordinates: [
        [5, 49],
        [6, 50],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [5, 49],
          [6, 49],
          [6, 50],
          [5, 49],
        ],
      ],
    },
  ]);
}

export function goodSubscription(random: Random): { [member: string]: Value } {
  return {
    id: `urn:ngsi-ld:Subscription:${random.below(4)}`,
    type: 'Subscription',
    entities: [{ type: 'Lamp', idPattern: '^urn' }],
    watchedAttributes: ['level'],
    q: 'level>10',
    geoQ: { georel: 'near;maxDistance==100', geometry: 'Point', coordinates: [5.9, 49.4] },
    notification: { attributes: ['level'], format: 'concise', endpoint: { uri: 'http://127.0.0.1:9/', timeout: 50 } },
    throttling: 1,
    isActive: false,
  };
}

export function goodQuery(random: Random): { [member: string]: Value } {
  return {
    type: 'Query',
    entities: [{ type: 'Lamp', id: random.pick(IDS) }],
    q: 'level>1',
    geoQ: {
      georel: 'within',
      geometry: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [9, 0],
          [9, 60],
          [0, 0],
        ],
      ],
    },
    pick: ['id', 'level'],
    ordering: { orderBy: ['level;desc'], collation: 'fr' },
    join: 'inline',
    joinLevel: 2,
  };
}

/** The document with one error: another value, or a member added, removed or renamed. */
export function spoilt(random: Random, document: Value): Value {
  if (typeof document !== 'object' || document === null || random.chance(0.15)) return hostileValue(random);
  if (Array.isArray(document)) {
    const place = random.below(document.length);
    if (document.length === 0 || random.chance(0.2)) return [...document, hostileValue(random)];
    return document.map((item, index) => (index === place ? spoilt(random, item) : item));
  }
  const members = Object.entries(document);
  const roll = random.below(10);
  if (members.length === 0 || roll < 2) members.push([hostileName(random), hostileValue(random)]);
  else {
    const [name, content] = members[random.below(members.length)] as [string, Value];
    const place = members.findIndex(([member]) => member === name);
    if (roll === 2) members.splice(place, 1);
    else if (roll === 3) members[place] = [hostileName(random), content];
    else members[place] = [name, spoilt(random, content)];
  }
  // An object would keep only the last of several members with one name, which is why Raw exists.
  return Object.fromEntries(members);
}

/** The bytes of a document; sometimes truncated, altered or mixed with invalid JSON. */
export function bytesOf(random: Random, document: Value): Buffer {
  const text = written(document);
  const bytes = Buffer.from(text);
  switch (random.below(30)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1: {
      const bent = Buffer.from(bytes.subarray(0, 100_000));
      for (const place of random.several(1, 4, () => random.below(bent.length))) bent[place] = random.below(256);
      return bent;
    }
    case 2:
      return random.pick([
        Buffer.alloc(0),
        Buffer.from(' \n'),
        Buffer.from([0xef, 0xbb, 0xbf, ...bytes.subarray(0, 1000)]),
        Buffer.from('\0'),
        Buffer.from('null'),
        Buffer.from('"text"'),
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
        Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
        Buffer.from('[]'),
        Buffer.from('{}'),
        Buffer.from(`${text}${text}`),
        Buffer.from(`${text.slice(0, -1)},${text.slice(1)}`),
        Buffer.from('<entity/>'),
      ]);
    default:
      return bytes;
  }
}
