import type { AttributeInstance, Entity } from '../../src/model/entity.ts';
import { iri } from './names.ts';

/** Random entities and queries from a small domain, so that they often match. Reproducible by the seed. */
export class Generator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to 1 (mulberry32). */
  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  below(bound: number): number {
    return Math.floor(this.number() * bound);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  some<Item>(items: readonly Item[], most: number): Item[] {
    return Array.from({ length: 1 + this.below(most) }, () => this.pick(items));
  }

  entity(index: number): Entity {
    const types = [...new Set(this.some(['Lamp', 'Bin', 'Device'], 2))].map(iri);
    const attributes: Record<string, AttributeInstance[]> = {};
    for (const name of ATTRIBUTES) if (this.chance(0.6)) attributes[iri(name)] = this.#instances(1);
    for (const name of GEO_PROPERTIES) {
      if (this.chance(0.5)) attributes[iri(name)] = this.#geoInstances();
    }
    return {
      id: `urn:ngsi-ld:${this.pick(['Lamp', 'Bin'])}:${index}`,
      types,
      ...(this.chance(0.6) && { scopes: [...new Set(this.some(SCOPES, 2))] }),
      ...(this.chance(0.05) && { expiresAt: this.pick(TIMES) }),
      createdAt: this.pick(STAMPS),
      modifiedAt: this.pick(STAMPS),
      attributes,
    };
  }

  #instances(depth: number): AttributeInstance[] {
    const count = this.chance(0.2) ? 2 : 1;
    const order = this.chance(0.5) ? [undefined, 'urn:d:1'] : ['urn:d:1', undefined];
    return order.slice(0, count).map((datasetId) => this.#instance(datasetId, depth));
  }

  #instance(datasetId: string | undefined, depth: number): AttributeInstance {
    const { type, value } = this.#kind();
    return {
      type,
      value,
      ...(datasetId && { datasetId }),
      ...(this.chance(0.3) && { observedAt: this.pick(TIMES) }),
      ...(this.chance(0.2) && { unitCode: this.pick(['WTT', 'CEL', '20']) }),
      ...(this.chance(0.1) && { expiresAt: this.pick(EXPIRIES) }),
      ...(this.chance(0.1) && { objectType: this.chance(0.5) ? iri('Lamp') : [iri('Lamp'), iri('Bin')] }),
      createdAt: this.pick(STAMPS),
      modifiedAt: this.pick(STAMPS),
      ...(depth > 0 && this.chance(0.3) && { attributes: { [iri('sub')]: this.#instances(depth - 1) } }),
    };
  }

  #kind(): Pick<AttributeInstance, 'type' | 'value'> {
    const die = this.below(12);
    if (die === 0) return { type: 'Relationship', value: this.chance(0.7) ? this.pick(IDS) : this.some(IDS, 3) };
    if (die === 1) return { type: 'ListRelationship', value: this.some(IDS, 3) };
    if (die === 2) return { type: 'LanguageProperty', value: this.#languages() };
    if (die === 3) return { type: 'VocabProperty', value: this.chance(0.5) ? iri('red') : [iri('red'), iri('blue')] };
    if (die === 4) return { type: 'JsonProperty', value: this.#compound() };
    if (die === 5) return { type: 'ListProperty', value: this.some(SCALARS, 3) };
    return { type: 'Property', value: this.#value() };
  }

  #languages(): Record<string, unknown> {
    const languages: Record<string, unknown> = {};
    for (const tag of this.some(['en', 'fr', '@none', 'en-US'], 3)) {
      languages[tag] = this.chance(0.8) ? this.pick(TEXTS) : this.some(TEXTS, 2);
    }
    return languages;
  }

  #value(): unknown {
    const die = this.below(10);
    if (die < 6) return this.pick(SCALARS);
    if (die === 6) return this.some([...SCALARS, [20], [['red']], { '@value': 20 }], 3);
    if (die === 7) return { '@type': 'DateTime', '@value': this.pick([...TIMES, 20, [20, 'red'], { a: 20 }]) };
    return this.#compound();
  }

  #compound(): unknown {
    const inner = () =>
      this.pick<unknown>([...SCALARS, null, [20, 'red'], { b: this.pick(SCALARS) }, { '@value': 'red' }]);
    if (this.chance(0.2)) return [inner(), { a: inner() }, inner()];
    return { a: inner(), [this.pick(['0', '*', 'c'])]: inner() };
  }

  #geoInstances(): AttributeInstance[] {
    const [first, second] = [this.#geoInstance(undefined), this.#geoInstance('urn:d:1')];
    return this.chance(0.15) ? [first, second] : [this.chance(0.1) ? second : first];
  }

  #geoInstance(datasetId: string | undefined): AttributeInstance {
    return {
      type: 'GeoProperty',
      value: this.geometry(),
      ...(datasetId && { datasetId }),
      ...(this.chance(0.05) && { expiresAt: this.pick(EXPIRIES) }),
      createdAt: STAMPS[0] as string,
      modifiedAt: STAMPS[0] as string,
    };
  }

  geometry(): { type: string; coordinates: unknown } {
    const position = () => [5.9 + this.below(9) / 20, 49.4 + this.below(9) / 20];
    const die = this.below(10);
    if (die < 5) return { type: 'Point', coordinates: position() };
    if (die === 5) return { type: 'LineString', coordinates: this.#distinct(position, 3) };
    if (die === 6) return { type: 'MultiPoint', coordinates: [position(), position()] };
    const ring = this.chance(0.7) ? this.#box() : this.#distinct(position, 4);
    const polygon = [[...ring, ring[0]]];
    return die === 7 ? { type: 'MultiPolygon', coordinates: [polygon] } : { type: 'Polygon', coordinates: polygon };
  }

  #box(): number[][] {
    const [west, south] = [5.9 + this.below(5) / 20, 49.4 + this.below(5) / 20];
    const [east, north] = [west + (1 + this.below(4)) / 20, south + (1 + this.below(4)) / 20];
    return [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ];
  }

  #distinct(position: () => number[], count: number): number[][] {
    const found: number[][] = [];
    while (found.length < count) {
      const next = position();
      if (!found.some((other) => other[0] === next[0] && other[1] === next[1])) found.push(next);
    }
    return found;
  }

  q(depth = 2): string {
    if (depth > 0 && this.chance(0.4)) {
      const operands = [this.q(depth - 1), this.q(depth - 1)];
      return `(${operands.join(this.chance(0.5) ? ';' : '|')})`;
    }
    const path = this.#path();
    const die = this.below(12);
    if (die === 0) return path;
    if (die < 5) return `${path}${this.pick(['==', '!='])}${this.#operand()}`;
    if (die < 8) return `${path}${this.pick(['>', '>=', '<', '<='])}${this.#literal(false)}`;
    if (die < 10) return `${path}${this.pick(['==', '!='])}${this.#range()}`;
    return `${path}${this.pick(['~=', '!~='])}"${this.pick(PATTERNS)}"`;
  }

  linkedQ(): string {
    const hint = this.pick(['', 'Lamp:', 'Lamp,Bin:', 'Device:']);
    return `${this.pick(ATTRIBUTES)}{${hint}${this.#path()}}${this.pick(['', '==20', '!="red"', '>10'])}`;
  }

  #path(): string {
    const name = this.pick(ATTRIBUTES);
    const die = this.below(14);
    if (die < 7) return name;
    if (die === 7) return `${name}.sub`;
    if (die === 8)
      return `${name}.${this.pick(['observedAt', 'createdAt', 'modifiedAt', 'unitCode', 'datasetId', 'objectType'])}`;
    if (die === 9) return this.pick(['createdAt', 'modifiedAt', 'id', 'type', 'scope']);
    if (die === 10) return `${name}[${this.pick(['en', 'fr', '*', 'en-US', 'en.x'])}]`;
    return `${name}${this.chance(0.2) ? '.sub' : ''}[${this.pick(['a', 'a.b', '0', '1.a', 'a.0', 'c', '@value', '*'])}]`;
  }

  #operand(): string {
    const values = this.some([0], 3).map(() => this.#literal(true));
    return values.join(',');
  }

  #literal(booleans: boolean): string {
    const literals = [
      '20',
      '4.5',
      '-3',
      '0',
      '2e1',
      '"20"',
      '"red"',
      'blue',
      '"é"',
      '"😀"',
      '"\\uffee"',
      'urn:ngsi-ld:Lamp:1',
    ];
    const times = [
      ...TIMES,
      ...TIMES.map((time) => `"${time}"`),
      '2026-01-02',
      '08:00:00Z',
      '"2026-01-02"',
      '08:00:00.5Z',
    ];
    return this.pick([...literals, ...times, 'https://example.org/red', ...(booleans ? ['true', 'false'] : [])]);
  }

  #range(): string {
    const bounds = [
      ['-3', '4.5'],
      ['5', '30'],
      ['"blue"', '"s"'],
      ['2026-01-01T00:00:00Z', '2026-01-02T08:00:00.25Z'],
      ['2026-01-01', '2026-01-03'],
      ['07:00:00Z', '08:00:00.2Z'],
    ];
    return this.pick(bounds).join('..');
  }

  scopeQ(): string {
    const one = () =>
      this.pick(['/A', '/A/b', 'A', '/A/+', '/+/b', '/A/#', '/+/#', '/A/b/c', '/+', '/#', '/C_1', '/A/+/c', '/+/+']);
    return this.pick([one(), `${one()},${one()}`, `${one()};${one()}`, `(${one()};${one()})|${one()}`]);
  }

  types(): string {
    return this.pick(['Lamp', 'Bin,Lamp', '(Lamp;Bin)', '(Lamp;Device),Bin', '*', 'Nothing', 'Device|Bin|(Lamp;Bin)']);
  }

  georel(): string {
    const metres = this.pick([1, 1000, 3644, 5000, 12_000, 50_000]);
    return this.pick([
      `near;maxDistance==${metres}`,
      `near;minDistance==${metres}`,
      'within',
      'contains',
      'intersects',
      'equals',
      'disjoint',
      'overlaps',
    ]);
  }
}

export const ATTRIBUTES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const GEO_PROPERTIES = ['location', 'observationSpace'] as const;
const SCOPES = ['/A', '/A/b', 'A/b/c', '/B', '/C_1', 'D/b', '/A/bc'];
const IDS = [
  'urn:ngsi-ld:Lamp:1',
  'urn:ngsi-ld:Bin:2',
  'urn:ngsi-ld:Lamp:3',
  'urn:ngsi-ld:Lamp:4',
  'urn:ngsi-ld:Bin:5',
];
const TIMES = ['2026-01-01T00:00:00Z', '2026-01-02T08:00:00.25Z', '2026-01-02T08:00:00.250Z', '2026-01-02T08:00:00Z'];
const STAMPS = ['2026-01-01T00:00:00.000Z', '2026-01-02T08:00:00.250Z', '2026-03-01T00:00:00.000Z'];
const EXPIRIES = ['2026-01-01T00:00:00Z', '2999-01-01T00:00:00.5Z'];
const TEXTS = ['red', 'blue', 'Red', '20', 'é', '😀', '\uffee', '', 'red\nblue', 'a.b'];
const SCALARS = [
  20,
  4.5,
  -3,
  0,
  1e21,
  true,
  false,
  ...TEXTS,
  ...TIMES,
  '2026-01-02',
  '08:00:00.2Z',
  'https://example.org/red',
];
const PATTERNS = [
  '^re',
  'd$',
  'r.d',
  'E',
  '[^a-z]',
  '^$',
  '\\\\d+',
  '\\bblue',
  '^(red|blue)',
  '(?:re)?d',
  '.\\n.',
  'a\\.b',
  'é',
  '^.$',
  '\\w{3,}',
];
