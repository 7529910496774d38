import type { Answer } from '../../../broker/test/fuzz/raw-exchange.ts';
import { isAllowed, type Need, rightsIn } from '../support/access/access-model.ts';
import { type BorderRequest, FOREIGN_TENANT, OWN_TENANT } from './border-request.ts';

/** Marks that exist only in the entities of a tenant: an answer with one has read them. */
export const MARKERS: ReadonlyMap<string, string> = new Map([
  ['', 'kept-by-the-default-tenant'],
  [OWN_TENANT, 'kept-by-alpha'],
  [FOREIGN_TENANT, 'kept-by-beta'],
]);

/** Statuses of a malformed request, which may be answered before authentication. */
const EARLY: ReadonlySet<number> = new Set([400, 404, 405, 406, 408, 411, 413, 414, 415, 417, 429, 431]);

/** The faults of an answer: a server error, or a difference from the access model. */
export function borderFaults(request: BorderRequest, need: Need, answer: Answer | undefined): string[] {
  if (answer === undefined) return []; // closed without an answer, as after invalid HTTP
  const { status, body } = answer;
  const faults: string[] = [];
  if (status >= 500 && !isForeseen(request, answer)) faults.push(`the server is at fault: ${status}`);
  if (request.role !== 'administrator' || !request.isCredentialGood) faults.push(...leaks(request, body));
  if (!request.isCredentialGood) {
    if (!isOpen(need) && status < 300 && isOfTheApi(request, answer)) faults.push('a bad credential is let in');
    return faults;
  }
  if (request.tenant === undefined) {
    if (request.isPlain && status !== 400) faults.push('a tenant named in two ways is not refused');
    return faults;
  }
  const isLetIn = isAllowed(need, rightsIn(request.tenant, request.role, OWN_TENANT), request.role !== 'anonymous');
  if (request.isPlain) faults.push(...plainFaults(request, need, isLetIn, status));
  else if (!isLetIn && status < 300 && isOfTheApi(request, answer)) faults.push('who may not is let in');
  return faults;
}

function plainFaults({ role, tenant }: BorderRequest, need: Need, isLetIn: boolean, status: number): string[] {
  if (need === 'itself') return [];
  const isRefused = status === 401 || status === 403;
  if (isLetIn && isRefused) return ['who may is refused'];
  // An invalid tenant name is 400 or 404, before or after the check of rights.
  const isOdd = tenant !== '' && tenant !== OWN_TENANT && tenant !== FOREIGN_TENANT;
  if (isLetIn || isRefused || (isOdd && EARLY.has(status))) return [];
  return [`who may not (${role}) is not refused`];
}

function isOpen(need: Need): boolean {
  return need === 'nobody' || need === 'itself';
}

/**
 * 501 is an unsupported operation. An unavailable @context is 504 (5.5.6, 6.3.2) in any operation, and not our error;
 * nor is a silent source (6.3.17). Answers to HEAD have no body to check.
 */
function isForeseen({ method }: Pick<BorderRequest, 'method'>, { status, body }: Answer): boolean {
  if (status === 501) return true;
  return status === 504 && (method === 'HEAD' || /LdContextNotAvailable|A context source did not answer/.test(body));
}

/** Altered paths may lead to pages, or to public routes. */
function isOfTheApi({ method, isPlain, path }: BorderRequest, { headers, body }: Answer): boolean {
  if (method === 'OPTIONS' || method === 'HEAD') return false;
  if (headers.get('content-type')?.startsWith('text/html')) return false;
  return isPlain || !/^[^?]*(?:\.\.|%2e%2e)/i.test(path) || leaks({ role: 'anonymous' }, body).length > 0;
}

/** Names of tenants whose entities appear in an answer although the caller may not read them there. */
function leaks({ role }: Pick<BorderRequest, 'role'>, body: string): string[] {
  return [...MARKERS].flatMap(([tenant, marker]) =>
    body.includes(marker) && rightsIn(tenant, role, OWN_TENANT).read !== true
      ? [`entities of the tenant "${tenant}" are told to ${role}`]
      : [],
  );
}
