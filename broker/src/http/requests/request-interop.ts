import { DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readableBy } from '../../access/caller.ts';
import { formatContextLink } from '../../context/link-header.ts';
import type { KnownNames } from '../../entities/discovery/known-names.ts';
import type { Leniency } from '../../model/leniency.ts';
import type { InteropSettings } from '../../tenants/interop/interop-settings.ts';
import { callerOf } from './caller.ts';
import { strayedNames } from './strayed-names.ts';

/** How one request is met by its tenant, where that differs from the standard. */
interface RequestInterop extends Leniency {
  readonly isLenient: boolean;
  /** URL of the @context of a request that brings none. */
  readonly defaultContext: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null: held to the standard, which is nearly always. */
    interop: RequestInterop | null;
  }
}

/** The hook after that of the tenant. */
export function readInterop(settings: InteropSettings) {
  return (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    if (settings.isUsed) {
      const { lenient, defaultContext } = settings.of(request.tenant);
      if (lenient || defaultContext !== undefined) {
        request.interop = { isLenient: lenient, defaultContext, warnings: new Set() };
      }
    }
    done();
  };
}

/** Notes what a lenient tenant forgives before the request is prepared; false: it is held to the standard. */
export function forgivesIn({ interop }: FastifyRequest, warning: string): boolean {
  if (interop?.isLenient !== true) return false;
  interop.warnings.add(warning);
  return true;
}

/**
 * A hook for when the answer is ready: tells in `NGSILD-Warning` what was forgiven and which short names mean something in the
 * default vocabulary while the tenant has them elsewhere, and in `Link` the @context that was used.
 */
export function tellInterop(names: KnownNames) {
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: Error | null, payload: unknown) => void,
  ): void => {
    const { interop } = request;
    if (interop === null || request.ngsiLd === null) {
      done(null, payload);
      return;
    }
    addWarnings(request, interop, names).then(
      () => {
        setHeaders(request, interop, reply);
        done(null, payload);
      },
      (error: Error) => done(error, payload),
    );
  };
}

async function addWarnings(request: FastifyRequest, interop: RequestInterop, known: KnownNames): Promise<void> {
  const strayed = strayedNames(request);
  // To others it may not be told what there is.
  if (strayed.length === 0 || readableBy(callerOf(request, request.ngsiLd.tenant)) !== 'all') return;
  const names = await known.of(request.ngsiLd.tenant);
  for (const name of strayed) {
    const elsewhere = names.get(name)?.filter((iri) => !iri.startsWith(DEFAULT_VOCABULARY)) ?? [];
    if (elsewhere.length === 0) continue;
    interop.warnings.add(
      `${name} means ${DEFAULT_VOCABULARY}${name} by this @context; there is ${elsewhere.join(', ')}`,
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
    reply.header('NGSILD-Warning', [...given, ...lines.slice(0, MOST_WARNINGS)]);
  }
}

const MOST_WARNINGS = 20;
const MAX_TEXT = 400;

/** A quoted string of a header holds printable ASCII alone (RFC 9110 5.6.4). */
export function quotedText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[^\u0020-\u007e]/g, '?')
    .replace(/["\\]/g, '\\$&');
}
