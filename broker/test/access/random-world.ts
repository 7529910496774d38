/** Random policies, data and requests from a seed, with an independent computation of what the policies show. */

export type Draw = ReturnType<typeof drawer>;

/** Reproducible random numbers (mulberry32). */
export function drawer(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (share: number) => next() < share,
    of: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    some: <T>(list: readonly T[]): T[] => {
      const kept = list.filter(() => next() < 0.5);
      return kept.length > 0 ? kept : [list[below(list.length)] as T];
    },
  };
}

const TYPES = ['Lamp', 'Box', 'Person'] as const;
export const ATTRIBUTES = ['name', 'level', 'kind', 'keeper', 'location', 'place', 'temp', 'label'] as const;
const SCOPES = ['/A', '/A/x', '/B', '/B/y', '/C'] as const;
const KINDS = ['red', 'green', 'blue'] as const;
const AT = ['2026-01-02T03:04:05Z', '2026-01-02T04:04:05Z', '2026-01-03T05:00:00Z'] as const;
const COUNT = 18;

export interface Attribute {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface RandomEntity {
  readonly id: string;
  readonly type: string | readonly string[];
  readonly scope?: string | readonly string[];
  readonly [attribute: string]: unknown;
}

/** Values that are unique to an attribute, so that their origin is known when they appear in an answer. */
export class Values {
  #last = 100_000;
  text(): string {
    this.#last++;
    return `v${this.#last}`;
  }
  number(): number {
    this.#last++;
    return 5_000_000 + this.#last;
  }
  /** The values that occur in a text. */
  static in(text: string): ReadonlySet<string> {
    return new Set(text.match(/v1\d{5}|\b51\d{5}\b/g) ?? []);
  }
}

const idOf = (n: number) => `urn:ngsi-ld:T:${n}`;

export function randomEntities(draw: Draw, values: Values): RandomEntity[] {
  return Array.from({ length: COUNT }, (_, n): RandomEntity => {
    const entity: Record<string, unknown> = {
      id: idOf(n),
      type: draw.chance(0.15) ? draw.some(TYPES) : draw.of(TYPES),
    };
    if (draw.chance(0.85)) entity.scope = draw.chance(0.2) ? [draw.of(SCOPES), '/C'] : draw.of(SCOPES);
    for (const name of ATTRIBUTES) if (draw.chance(0.75)) entity[name] = randomAttribute(draw, values, name);
    return entity as unknown as RandomEntity;
  });
}

export function randomAttribute(draw: Draw, values: Values, name: string): Attribute | Attribute[] {
  const observedAt = draw.of(AT);
  switch (name) {
    case 'name':
      return { type: 'Property', value: values.text(), observedAt };
    case 'level':
      return { type: 'Property', value: values.number(), observedAt, unit: { type: 'Property', value: values.text() } };
    case 'kind':
      return { type: 'Property', value: draw.of(KINDS), observedAt };
    case 'keeper':
      return { type: 'Relationship', object: idOf(draw.below(COUNT)), observedAt };
    case 'label':
      return { type: 'LanguageProperty', languageMap: { fr: values.text(), en: values.text() }, observedAt };
    case 'temp':
      return ['urn:d:1', 'urn:d:2'].map((datasetId) => ({
        type: 'Property',
        value: values.number(),
        datasetId,
        observedAt,
      }));
    default:
      return { type: 'GeoProperty', value: { type: 'Point', coordinates: [place(draw), place(draw)] }, observedAt };
  }
}

// On a grid of tenths, so that no point is on the edge of the rectangles between them.
const place = (draw: Draw) => draw.below(10) / 10;

export interface RandomPolicy {
  readonly types?: readonly string[];
  readonly ids?: readonly string[];
  readonly idPattern?: string;
  readonly scopeQ?: string;
  readonly attributes?: readonly string[];
  readonly exceptAttributes?: readonly string[];
  readonly area?: { readonly type: 'Polygon'; readonly coordinates: number[][][] };
}

export function randomPolicies(draw: Draw): RandomPolicy[] {
  return Array.from({ length: 1 + draw.below(3) }, (): RandomPolicy => {
    const policy: Record<string, unknown> = {};
    if (draw.chance(0.5)) policy.types = draw.some(TYPES);
    const named = draw.below(10);
    if (named < 2) policy.ids = Array.from({ length: 6 }, () => idOf(draw.below(COUNT)));
    else if (named < 4) policy.idPattern = draw.of(['[0-4]$', '^urn:ngsi-ld:T:1', '7']);
    if (draw.chance(0.5)) policy.scopeQ = draw.of(['/A/#', '/A', '/B/+', '/C', '/B/#']);
    if (draw.chance(0.3)) {
      const [west, south] = [draw.below(6) / 10 - 0.05, draw.below(6) / 10 - 0.05];
      const [east, north] = [west + 0.5, south + 0.5];
      const ring = [west, south, east, south, east, north, west, north, west, south];
      policy.area = { type: 'Polygon', coordinates: [[0, 2, 4, 6, 8].map((i) => ring.slice(i, i + 2))] };
    }
    const shown = draw.below(10);
    if (shown < 4) policy.attributes = draw.some(ATTRIBUTES);
    else if (shown < 8) policy.exceptAttributes = draw.some(ATTRIBUTES);
    return policy;
  });
}

/** The visible attributes of an entity by name; undefined: the entity is hidden. */
export function shownOf(policies: readonly RandomPolicy[], entity: RandomEntity): ReadonlySet<string> | undefined {
  const holding = policies.filter((policy) => holds(policy, entity));
  if (holding.length === 0) return undefined;
  const isShown = (name: string) =>
    holding.some(
      ({ attributes, exceptAttributes }) => attributes?.includes(name) !== false && !exceptAttributes?.includes(name),
    );
  return new Set(ATTRIBUTES.filter((name) => entity[name] !== undefined && isShown(name)));
}

export function partOf(policies: readonly RandomPolicy[], entity: RandomEntity): RandomEntity | undefined {
  const shown = shownOf(policies, entity);
  if (shown === undefined) return undefined;
  const { id, type, scope } = entity;
  return {
    id,
    type,
    ...(scope !== undefined && { scope }),
    ...Object.fromEntries([...shown].map((name) => [name, entity[name]])),
  };
}

function holds({ types, ids, idPattern, scopeQ, area }: RandomPolicy, { id, type, scope, location }: RandomEntity) {
  const scopes = [scope ?? []].flat();
  if (types !== undefined && ![type].flat().some((each) => types.includes(each))) return false;
  if (ids !== undefined && !ids.includes(id)) return false;
  if (idPattern !== undefined && !new RegExp(idPattern).test(id)) return false;
  if (scopeQ !== undefined && !scopes.some((each) => isOfScope(each, scopeQ))) return false;
  if (area === undefined) return true;
  const [[[west = 0, south = 0] = []] = [], [x = NaN, y = NaN] = []] = [
    area.coordinates[0] ? [area.coordinates[0][0] as number[]] : [],
    (location as { value?: { coordinates: number[] } } | undefined)?.value?.coordinates,
  ];
  return x > west && x < west + 0.5 && y > south && y < south + 0.5;
}

function isOfScope(scope: string, scopeQ: string): boolean {
  if (scopeQ.endsWith('/#')) return scope === scopeQ.slice(0, -2) || scope.startsWith(scopeQ.slice(0, -1));
  if (scopeQ.endsWith('/+')) return scope.startsWith(scopeQ.slice(0, -1)) && scope.split('/').length === 3;
  return scope === scopeQ;
}

/** All values of an attribute, which occur nowhere else. */
export function valuesOf(attribute: unknown): ReadonlySet<string> {
  return Values.in(JSON.stringify(attribute) ?? '');
}
