import { COMMON, RARE, templateEntity } from './generate.ts';

/** One kind of query. Requests differ where a cache would otherwise answer. */
export interface Case {
  readonly name: string;
  /** The required number of entities in the answer; absent: not checked. */
  readonly found?: number;
  /** An attribute for which an index is created before the query. */
  readonly indexed?: string;
  path(n: number): string;
  /** For a write; its path and body use a different entity for each n. */
  readonly write?: { readonly method: 'POST' | 'PATCH' | 'DELETE'; body?(n: number): unknown };
}

const API = '/ngsi-ld/v1';

/** The queries for a broker with this number of entities, in order. */
export function casesFor(entities: number): Case[] {
  const lamp = (n: number) => {
    const number = (n * 7919) % entities;
    return number - (number % 10);
  };
  const part = (n: number) => {
    const parts = Math.max(1, entities / 100);
    const number = (n * 31) % parts;
    return number - (number % 10);
  };
  const query = (type: string, rest = '') => `${API}/entities?type=${type}&limit=20${rest}`;
  const deep = Math.min(10_000, entities * 0.4);
  // 80 % of the entities are on 72 by 67 km; the circle contains about 100.
  const metres = Math.round(Math.sqrt((100 * 72_000 * 67_000) / (0.8 * entities) / Math.PI));
  const near = (n: number, limit: number) =>
    `${API}/entities?type=${COMMON}&limit=${limit}&georel=near;maxDistance==${metres}&geometry=Point&coordinates=[${
      5.8 + (n % 37) / 100
    },${49.4 + (n % 23) / 100}]`;
  const q = (q: string) => `${API}/entities?type=${COMMON}&limit=100&q=${encodeURIComponent(q)}`;
  const hundred = (n: number) => q(`street=="Rue ${part(n)}"`);
  const twenty = (n: number) => q(`energy==${lamp(n)}..${lamp(n) + 24}`);
  return [
    {
      name: 'retrieve by id',
      path: (n) => `${API}/entities/urn:ngsi-ld:${COMMON}:${String(lamp(n)).padStart(8, '0')}`,
    },
    { name: 'common type, limit 20', found: 20, path: () => query(COMMON) },
    ...(entities >= 100_000 ? [{ name: 'rare type, limit 20', path: () => query(RARE) }] : []),
    { name: `offset ${deep}`, path: () => query(COMMON, `&offset=${deep}`) },
    { name: 'pages beyond it by next links', path: (n) => query(COMMON, `&offset=${deep + 20 * (n + 1)}`) },
    { name: 'count=true, limit 20', path: () => query(COMMON, '&count=true') },
    { name: 'idPattern with a prefix', path: (n) => query(COMMON, `&idPattern=^urn:ngsi-ld:${COMMON}:000${n % 10}0`) },
    { name: 'scopeQ, 100 hits, limit 20', path: (n) => query(COMMON, `&scopeQ=/Territory/District${part(n)}`) },
    { name: 'scopeQ of all, limit 20', found: 20, path: () => query(COMMON, '&scopeQ=/Territory/%23') },
    { name: 'near, 100 hits', path: (n) => near(n, 100) },
    { name: 'near, limit 20', path: (n) => near(n, 20) },
    { name: 'q equality, 100 hits, no index', found: 100, path: hundred },
    { name: 'q range, 20 hits, no index', path: twenty },
    { name: 'q equality, 100 hits', found: 100, indexed: 'street', path: hundred },
    { name: 'q range, 20 hits', indexed: 'energy', path: twenty },
    { name: 'q equality, 100 hits, count', found: 100, path: (n) => `${hundred(n)}&count=true` },
    {
      name: 'q true for all, limit 20',
      found: 20,
      indexed: 'powerState',
      path: () => query(COMMON, '&q=powerState==%22on%22'),
    },
    { name: 'create', path: () => `${API}/entities`, write: { method: 'POST', body: (n) => made(n) } },
    {
      name: 'update of one attribute',
      path: (n) => `${API}/entities/${made(n).id}/attrs/power`,
      write: { method: 'PATCH', body: (n) => ({ value: n }) },
    },
    {
      name: 'batch of 20, half of them new',
      path: () => `${API}/entityOperations/upsert`,
      write: { method: 'POST', body: (n) => Array.from({ length: 20 }, (_, nth) => made(10 * n + nth)) },
    },
    {
      name: 'history of an attribute, last 20',
      path: (n) => `${API}/temporal/entities/${made(n).id}?attrs=power&lastN=20`,
    },
    { name: 'delete', path: (n) => `${API}/entities/${made(n).id}`, write: { method: 'DELETE' } },
  ];
}

/** Additional entities, which are written during the measurement. */
function made(n: number): { id: string } & Record<string, unknown> {
  return { ...templateEntity(), id: `urn:ngsi-ld:${COMMON}:made-${n}`, type: COMMON };
}
