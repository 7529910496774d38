import type { FastifyRequest } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, shown } from '../../model/values.ts';

/** What the hosts of an installation mean. Without one, every host is the installation's own. */
export interface Door {
  /** Whether some tenant has a host. Until then hosts mean nothing. */
  readonly isUsed: boolean;
  /** The tenant to whom a host belongs. @param host in lower case, without port and final dot */
  tenantOf(host: string): string | undefined;
  /** Whether a host is one of the installation itself, where headers name the tenant. */
  isOwn(host: string): boolean;
  /**
   * Where pages are if this host is another name of their tenant; undefined: here. Programs are served at either name.
   *
   * @param host in lower case, without port and final dot
   */
  mainUrlOf(host: string): string | undefined;
  /** Whether headers may name another tenant on the host of one. */
  readonly admitsOthers: boolean;
  /** Whether strangers are shown the tenant, although the settings don't name it. */
  isPublic(tenant: string): boolean;
}

/** A request came to a host that belongs to nobody (RFC 9110, 15.5.20). */
export class Misdirected extends Error {}

/**
 * The tenant to whose host a request came; undefined: to the installation's own.
 *
 * @throws Misdirected, or NgsiLdError BadRequestData: it names two hosts
 */
export function tenantOfHost(request: FastifyRequest, door: Door | undefined): string | undefined {
  if (door === undefined || !door.isUsed) return undefined;
  checkTarget(request);
  const host = plainHost(request.host); // only a trusted proxy may forward another
  const tenant = door.tenantOf(host);
  if (tenant !== undefined || door.isOwn(host)) return tenant;
  throw new Misdirected(`There is nothing at ${shown(host)}`);
}

/** @throws NgsiLdError AccessDenied: a header names another tenant than that of the host */
export function checkNamed(named: string | undefined, ofHost: string, door: Door): void {
  if (named === undefined || named === ofHost || door.admitsOthers) return;
  throw new NgsiLdError('AccessDenied', `The tenant of this host is ${ofHost}; got ${shown(named)}`);
}

/** Where a page is that was asked at another name of its tenant, with its path; undefined: it isn't a page, or is here. */
export function pageElsewhere(request: FastifyRequest, door: Door | undefined): string | undefined {
  if (door === undefined || !request.isAtHostOfTenant) return undefined;
  const { method, url, host, headers } = request;
  if ((method !== 'GET' && method !== 'HEAD') || !url.startsWith('/')) return undefined;
  const main = /\btext\/html\b/.test(headers.accept ?? '') ? door.mainUrlOf(plainHost(host)) : undefined;
  return main && main + url;
}

/** In lower case, without port and final dot. */
function plainHost(given: string): string {
  return given.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** Proxies and servers choose differently between two names (RFC 9112, 3.2), so there must be one. */
function checkTarget({ raw }: FastifyRequest): void {
  const { url = '/', rawHeaders } = raw;
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  if (hosts.length > 1) throw badMember('Host', hosts.join(', '), 'one host');
  if (url.startsWith('/') || url === '*') return;
  const [host = ''] = hosts;
  const target = URL.parse(url)?.host ?? '';
  if (plainHost(target) !== plainHost(host))
    throw badMember('Host', host, `${target}, as in the target of the request`);
}
