import type { FastifyRequest } from 'fastify';
import { API } from '../requests/resource.ts';

/**
 * What a route asks of who calls it:
 *
 * - `nothing`: it doesn't look who it is, or does so by itself
 * - `known`: nothing, but what it reads and writes is held to their rights
 * - `read`, `write`: the right to some entity of the tenant
 * - `subscribe`: to read, and a name to go by
 * - `administer`: the tenant; `administerAll`: the broker
 */
export type AccessNeed = 'nothing' | 'known' | 'read' | 'write' | 'subscribe' | 'administer' | 'administerAll';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In place of what the table says. */
    access?: AccessNeed;
    /** It makes a credential that lasts: asked for by a token, that of a user who has signed in just now. */
    recentSignIn?: boolean;
  }
}

const QUERIES = /\/entityOperations\/query$/;

/** Whether a route reads, though by POST. */
export function isQuery(url: string | undefined): boolean {
  return url !== undefined && QUERIES.test(url);
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The first whose path begins a route's decides; by method, safe ones and others. */
const TABLE: readonly (readonly [prefix: string, safe: AccessNeed, other: AccessNeed])[] = [
  [`${API}/info`, 'nothing', 'nothing'],
  [`${API}/jsonldContexts/:`, 'nothing', 'administer'],
  // Their URLs tell what a tenant is about.
  [`${API}/jsonldContexts`, 'read', 'write'],
  [`${API}/subscriptions`, 'subscribe', 'subscribe'],
  [`${API}/csource`, 'administer', 'administer'],
  // They hold ids that others were told.
  [`${API}/entityMaps`, 'administer', 'administer'],
  [`${API}/temporal/entityMaps`, 'administer', 'administer'],
  // They are copies of what may be large, and may be another's.
  [`${API}/snapshots`, 'read', 'administer'],
  [`${API}/`, 'read', 'write'],
  ['/events', 'read', 'read'],
  ['/ops/access/me', 'known', 'known'],
  ['/ops/tenants', 'administerAll', 'administerAll'],
  ['/ops/notifications/endpoints', 'administerAll', 'administerAll'],
  ['/ops/notifications', 'administer', 'administer'],
  ['/ops/models', 'administer', 'administer'],
  ['/ops/validation', 'administer', 'administer'],
  ['/ops/validate', 'administer', 'administer'],
  // Tenants, users, indexes and whatever else is of the broker as a whole.
  ['/ops', 'administerAll', 'administerAll'],
  ['/metrics', 'administerAll', 'administerAll'],
  ['/live', 'nothing', 'nothing'],
  ['/ready', 'nothing', 'nothing'],
  ['/health', 'nothing', 'nothing'],
  ['/healthz', 'nothing', 'nothing'],
  ['/contexts', 'nothing', 'nothing'],
  ['/.well-known', 'nothing', 'nothing'],
];

type Route = Pick<FastifyRequest['routeOptions'], 'url' | 'config'>;

/** By the `config` of routes, which is an object of their own. */
const needs = { ofSafe: new WeakMap<object, AccessNeed>(), ofOther: new WeakMap<object, AccessNeed>() };

/** What the route of a request asks for. @param route that of the request: Fastify makes it anew each time it is asked */
export function needOf({ method }: FastifyRequest, { url, config }: Route): AccessNeed {
  if (config.access !== undefined) return config.access;
  // No route, or the pages: there is nothing to guard.
  if (url === undefined || url === '/*' || url === '*' || method === 'OPTIONS') return 'nothing';
  const known = SAFE.has(method) ? needs.ofSafe : needs.ofOther;
  let need = known.get(config);
  if (need === undefined) {
    need = lookUp(method, url);
    known.set(config, need);
  }
  return need;
}

function lookUp(method: string, url: string): AccessNeed {
  if (QUERIES.test(url)) return 'read';
  const row = TABLE.find(([prefix]) => beginsWith(url, prefix));
  if (row === undefined) return 'known';
  return SAFE.has(method) ? row[1] : row[2];
}

/** `/ops` begins `/ops/…` and not `/opsx`; a prefix that ends in a sign is meant as it stands. */
function beginsWith(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const next = url[prefix.length];
  return next === undefined || next === '/' || /\W$/.test(prefix) || prefix === `${API}/csource`;
}
