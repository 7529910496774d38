/** Entities of a small territory, and the policies for those who may see a part of them. */

/** The text in all data that are hidden from agents. */
export const SECRET = 'hush';

export type Given = Record<string, unknown> & { readonly id: string; readonly type: string; readonly scope?: string };

const COMMUNES = ['Villerupt', 'Aumetz', 'Thil'] as const;
const AT = '2026-01-02T03:04:05Z';

export const WORLD: readonly Given[] = [
  ...COMMUNES.flatMap((commune, place) =>
    [1, 2, 3].flatMap((n) => [lamp(commune, place, n), container(commune, place, n)]),
  ),
  ...[0, 1, 2].map((n) => ({
    id: `urn:ngsi-ld:Bench:${n}`,
    type: 'Bench',
    seats: { type: 'Property', value: n, observedAt: AT },
    location: point(6 + n * 0.5, 49.5),
  })),
  { id: 'urn:ngsi-ld:Person:1', type: 'Person', name: { type: 'Property', value: `${SECRET}-name`, observedAt: AT } },
];

function lamp(commune: string, place: number, n: number): Given {
  return {
    id: `urn:ngsi-ld:Lamp:${commune}${n}`,
    type: 'Lamp',
    scope: `/${commune}/Centre`,
    brightness: { type: 'Property', value: 10 * n + place, observedAt: AT },
    operator: { type: 'Property', value: `${SECRET}-${n}`, observedAt: AT },
    keeper: { type: 'Relationship', object: 'urn:ngsi-ld:Person:1', observedAt: AT },
    location: point(6 + place / 100, 49.5 + n / 100),
  };
}

function container(commune: string, place: number, n: number): Given {
  return {
    id: `urn:ngsi-ld:Container:${commune}${n}`,
    type: 'Container',
    scope: `/${commune}`,
    level: { type: 'Property', value: n / 10, observedAt: AT },
    serial: { type: 'Property', value: `${SECRET}${9 - n}`, observedAt: AT },
    keeper: { type: 'Relationship', object: 'urn:ngsi-ld:Person:1', observedAt: AT },
    location: point(6 + place / 100, 49.5 - n / 100),
  };
}

function point(longitude: number, latitude: number): object {
  return { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, latitude] }, observedAt: AT };
}

/** Around the first bench only. */
const AREA = {
  type: 'Polygon',
  coordinates: [
    [
      [5.9, 49.4],
      [6.1, 49.4],
      [6.1, 49.6],
      [5.9, 49.6],
      [5.9, 49.4],
    ],
  ],
};

const who = { roles: ['agent'] };

export const AGENT_POLICIES = [
  // The lamps of one commune without their operator, the brightness of a lamp elsewhere, the level of every container,
  // an area.
  { id: 'lamps', who, may: ['read'], types: ['Lamp'], scopeQ: '/Villerupt/#', exceptAttributes: ['operator'] },
  {
    id: 'one',
    who,
    may: ['read'],
    types: ['Lamp'],
    idPattern: '^urn:ngsi-ld:Lamp:Aumetz1$',
    attributes: ['brightness'],
  },
  { id: 'levels', who, may: ['read'], types: ['Container'], attributes: ['level'] },
  { id: 'place', who, may: ['read'], types: ['Bench'], area: AREA },
];

/** The part of an entity that these policies show; undefined: nothing. Computed independently. */
export function seenByAgents(entity: Given): Given | undefined {
  const { id, type } = entity;
  const { operator: _operator, ...lampWithout } = entity;
  if (type === 'Lamp' && id.includes('Villerupt')) return lampWithout as Given;
  if (type === 'Lamp' && id.endsWith('Aumetz1')) return keeping(entity, 'brightness');
  if (type === 'Container') return keeping(entity, 'level');
  if (id === 'urn:ngsi-ld:Bench:0') return entity;
  return undefined;
}

function keeping({ id, type, scope, ...attributes }: Given, name: string): Given {
  return { id, type, ...(scope !== undefined && { scope }), [name]: attributes[name] };
}
