import { DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readableBy } from '../../access/caller.ts';
import { consumerOf } from '../../access/principal.ts';
import { formatContextLink } from '../../context/link-header.ts';
import type { KnownNames } from '../../entities/discovery/known-names.ts';
import type { Deviation, Leniency } from '../../model/leniency.ts';
import { tenantOfSpace } from '../../model/snapshot-space.ts';
import { deviates, type Interop, type InteropSettings } from '../../tenants/interop/interop-settings.ts';
import { callerOf } from './caller.ts';
import { undefinedNames } from './undefined-names.ts';

/** The settings of the tenant for this request, where they differ from the standard. */
class RequestInterop implements Leniency {
  readonly isLenient: boolean;
  /** The default @context for requests without one. */
  readonly defaultContext: string | undefined;
  readonly version: Interop['version'];
  readonly warnings = new Set<string>();
  readonly deviations = new Set<Deviation>();

  constructor({ lenient, defaultContext, version }: Interop) {
    this.isLenient = lenient;
    this.defaultContext = defaultContext;
    this.version = version;
  }

  tolerates(deviation: Deviation, warning: string): boolean {
    if (!this.isLenient) return false;
    this.deviations.add(deviation);
    if (this.warnings.size < MAX_WARNINGS) this.warnings.add(warning);
    return true;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null: strict conformance, which is nearly always the case. */
    interop: RequestInterop | null;
  }
}

/** Sets `request.interop`, once the tenant is known. */
export function setInterop(request: FastifyRequest, settings: InteropSettings): void {
  if (!settings.isUsed) return;
  const found = settings.of(request.tenant);
  if (deviates(found)) request.interop = new RequestInterop(found);
}

/** Whether the tenant is lenient; if so, records a warning. For use before the request is prepared. */
export function toleratesIn({ interop }: FastifyRequest, deviation: Deviation, warning: string): boolean {
  return interop?.tolerates(deviation, warning) ?? false;
}

/**
 * Sets the headers of an answer to a tenant with such settings. `NGSILD-Warning` lists what was tolerated, and short
 * names that are in the default vocabulary although the tenant uses them with other IRIs. `Link` contains the @context
 * that was used.
 */
export async function addInteropHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  names: KnownNames,
  settings: InteropSettings,
): Promise<void> {
  const { interop } = request;
  if (interop === null || request.ngsiLd === null) return;
  if (interop.deviations.size > 0) {
    const client = request.access === null ? 'anonymous' : consumerOf(request.access.principal);
    settings.uses.note(tenantOfSpace(request.tenant), client, request.headers['user-agent'], interop.deviations);
  }
  await addWarnings(request, interop, names);
  setHeaders(request, interop, reply);
}

async function addWarnings(request: FastifyRequest, interop: RequestInterop, known: KnownNames): Promise<void> {
  const strayed = undefinedNames(request);
  // A caller with limited rights must not learn which names exist.
  if (strayed.length === 0 || readableBy(callerOf(request, request.ngsiLd.tenant)) !== 'all') return;
  const names = await known.of(request.ngsiLd.tenant);
  for (const name of strayed) {
    const elsewhere = names.get(name)?.filter((iri) => !iri.startsWith(DEFAULT_VOCABULARY)) ?? [];
    if (elsewhere.length === 0) continue;
    interop.warnings.add(
      `${name} means ${DEFAULT_VOCABULARY}${name} in this @context; the tenant has ${elsewhere.join(', ')}`,
    );
  }
}

function setHeaders({ ngsiLd }: FastifyRequest, interop: RequestInterop, reply: FastifyReply): void {
  const { defaultContext } = interop;
  const isDefault = defaultContext !== undefined && ngsiLd.context.value === defaultContext;
  if (isDefault && reply.statusCode < 300 && !reply.hasHeader('Link') && ngsiLd.mediaType === 'application/json') {
    reply.header('Link', formatContextLink(ngsiLd.context.link));
  }
  if (interop.warnings.size > 0) {
    const lines = [...interop.warnings].map((text) => `199 - "${quotedText(text)}"`);
    const given = [reply.getHeader('NGSILD-Warning') ?? []].flat().map(String);
    reply.header('NGSILD-Warning', [...given, ...lines.slice(0, MAX_WARNINGS)]);
  }
}

const MAX_WARNINGS = 20;
const MAX_TEXT = 400;

/** A quoted string in a header may only contain printable ASCII (RFC 9110 5.6.4). */
export function quotedText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[^\u0020-\u007e]/g, '?')
    .replace(/["\\]/g, '\\$&');
}
