import type { FastifyRequest } from 'fastify';
import { API } from '../requests/resource.ts';

/**
 * The right that a route requires:
 * - `nothing`: no authentication, or the route does it itself
 * - `known`: the route gets the sender, who may be anonymous, and judges by itself what they may do
 * - `read`, `write`: the right to some entities of the tenant
 * - `subscribe`: the right to read, and an identity
 * - `administer`: administer the tenant; `administerAll`: administer the broker
 */
export type AccessNeed = 'nothing' | 'known' | 'read' | 'write' | 'subscribe' | 'administer' | 'administerAll';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Overrides the table below. */
    access?: AccessNeed;
    /**
     * For a route that requires nothing, and yet serves tenants that are not public: because it checks a secret of the
     * request, or because its answer has nothing of a tenant.
     */
    anyTenant?: boolean;
    /** The route keeps nothing, although it uses POST. Others are closed to who sees the product as somebody else. */
    onlyReads?: boolean;
    /** The route creates a long-lived credential, so it requires a token of a user who has recently signed in. */
    recentSignIn?: boolean;
  }
}

const QUERIES = /\/entityOperations\/query$/;

/** Whether a route only reads, although it uses POST. */
export function isQuery(url: string | undefined): boolean {
  return url !== undefined && QUERIES.test(url);
}

/** Whether a request changes nothing: by its method, or because its route says so. */
export function isReading({ method }: FastifyRequest, { url, config }: Route): boolean {
  return SAFE.has(method) || config.onlyReads === true || isQuery(url);
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The first matching prefix decides; safe methods and others have separate columns. */
const TABLE: readonly (readonly [prefix: string, safe: AccessNeed, other: AccessNeed])[] = [
  [`${API}/info`, 'nothing', 'nothing'],
  [`${API}/jsonldContexts/:`, 'nothing', 'administer'],
  // Their URLs reveal what data a tenant has.
  [`${API}/jsonldContexts`, 'read', 'write'],
  [`${API}/subscriptions`, 'subscribe', 'subscribe'],
  [`${API}/csource`, 'administer', 'administer'],
  // They contain ids that other callers were allowed to see.
  [`${API}/entityMaps`, 'administer', 'administer'],
  [`${API}/temporal/entityMaps`, 'administer', 'administer'],
  // They may be large copies, made by other callers.
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
  ['/ops/audit/own', 'administer', 'administer'],
  // Tenants, users, indexes and everything else that concerns the whole broker.
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

/** Cached by the `config` object of a route. */
const needs = { ofSafe: new WeakMap<object, AccessNeed>(), ofOther: new WeakMap<object, AccessNeed>() };

/**
 * The right required by the route of a request. @param route passed in, because Fastify creates this object on each
 * access
 */
export function needOf({ method }: FastifyRequest, { url, config }: Route): AccessNeed {
  if (config.access !== undefined) return config.access;
  // No route, or static pages: nothing to protect.
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

/** `/ops` matches `/ops/…` but not `/opsx`; a prefix that ends in a punctuation mark matches literally. */
function beginsWith(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const next = url[prefix.length];
  return next === undefined || next === '/' || /\W$/.test(prefix) || prefix === `${API}/csource`;
}
