import { traceHeaders } from '@alzette/kit/tracing';
import type { Context } from '../../context/contexts.ts';
import { formatContextLink } from '../../context/link-header.ts';
import { HOPS_HEADER } from '../../model/hops.ts';
import { tolerates } from '../../model/leniency.ts';
import { isConnectionHeader } from '../../model/represent/key-values.ts';
import { isSpace } from '../../model/snapshot-space.ts';
import { isJsonObject } from '../../model/values.ts';
import { FROM_REQUEST } from '../registrations/forwarded-headers.ts';
import type { Registration } from '../registrations/registration.ts';
import type { Origin } from './origin.ts';
import type { SourceCall } from './source-call.ts';
import { viaAfter } from './via.ts';

/** Keys of `contextSourceInfo` that control a request instead of being sent as headers (4.3.6.6). */
const STEERING: ReadonlySet<string> = new Set(['accept', 'contenttype', 'jsonldcontext', 'ngsildconformance']);

const HOPS = HOPS_HEADER.toLowerCase();

/** Headers that this broker always sets itself (4.3.6.5). */
const OURS: ReadonlySet<string> = new Set([
  'ngsild-tenant',
  'via',
  'link',
  'content-type',
  'accept',
  'content-encoding',
  HOPS,
  'x-request-id',
  'traceparent',
]);

/** The value of a control key in a registration's `contextSourceInfo`. */
export function controlValue({ contextSourceInfo }: Registration, key: string): string | undefined {
  return contextSourceInfo.find((pair) => pair.key.toLowerCase() === key.toLowerCase())?.value;
}

/**
 * The headers and body of a call (6.3.18, 6.3.19).
 *
 * @param forwarded names, in lower case, of the client's request headers that may be forwarded
 */
export function requestOf(
  registration: Registration,
  origin: Origin,
  alias: string,
  names: Context,
  { headers: own, body }: SourceCall,
  forwarded: ReadonlySet<string>,
): { headers: Record<string, string>; body: string | undefined } {
  const headers: Record<string, string> = { ...own };
  for (const { key, value } of registration.contextSourceInfo) {
    const name = key.toLowerCase();
    if (STEERING.has(name) || OURS.has(name) || isConnectionHeader(name)) continue;
    const text = value !== FROM_REQUEST ? value : forwarded.has(name) ? origin.headers[name] : undefined;
    if (text !== undefined) headers[name] = String(text);
  }
  const conformance = controlValue(registration, 'ngsildConformance');
  if (conformance !== undefined) {
    headers.Prefer = [`ngsi-ld=${conformance}`, own?.Prefer]
      .filter((preference) => preference !== undefined)
      .join(', ');
  }
  Object.assign(headers, traceHeaders());
  headers.Via = viaAfter(origin.via, alias);
  const hops = origin.headers[HOPS];
  if (hops !== undefined) headers[HOPS_HEADER] = String(hops);
  headers.Accept = controlValue(registration, 'accept') ?? 'application/json';
  const tenant = registration.sourceTenant ?? toleratedTenant(origin);
  if (tenant !== undefined) headers['NGSILD-Tenant'] = tenant;
  if (body === undefined) {
    headers.Link = formatContextLink(names.link);
    return { headers, body: undefined };
  }
  const isJsonLd = controlValue(registration, 'contentType') === 'application/ld+json' || !hasPublicLink(names);
  headers['Content-Type'] = isJsonLd ? 'application/ld+json' : 'application/json';
  if (!isJsonLd) headers.Link = formatContextLink(names.link);
  return { headers, body: JSON.stringify(isJsonLd ? withContext(body, names.value) : body) };
}

/**
 * FIWARE agents register in a tenant without naming it in the registration, and expect it with the commands they get.
 */
function toleratedTenant({ tenant }: Origin): string | undefined {
  if (tenant === '' || isSpace(tenant)) return undefined;
  return tolerates('sourceTenant', 'NGSILD-Tenant: sent to sources whose registration names no tenant')
    ? tenant
    : undefined;
}

/**
 * Whether the link is the client's own or that of the core context. A source may be unable to reach a URL of this
 * broker.
 */
function hasPublicLink({ value, link }: Context): boolean {
  return value === undefined || [value].flat(Number.POSITIVE_INFINITY).includes(link);
}

function withContext(body: unknown, context: unknown): unknown {
  if (Array.isArray(body)) return body.map((item) => withContext(item, context));
  return isJsonObject(body) ? { ...body, '@context': context } : body;
}
