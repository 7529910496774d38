import type { FastifyReply, FastifyRequest } from 'fastify';
import { badMember } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { sendProblem } from '../answers/send-problem.ts';
import { checkNamed, type Door, Misdirected, pageElsewhere, tenantOfHost } from './door.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The tenant that the request is for; '' is the default tenant. Rights, quotas, audit and operations all use this
     * value. Nothing else reads the headers.
     */
    tenant: string;
    /** Whether it came to the host of a tenant, not to one of the installation. */
    isAtHostOfTenant: boolean;
  }
  interface FastifyContextConfig {
    /** The URL parameter that may name the tenant. For streams, because browsers can't set their headers. */
    tenantParameter?: string;
  }
}

const TENANT = /^[\w.~!#$%&'*+|^`:/-]{1,128}$/;
const EXPECTED = 'a token of at most 128 characters, given once';

/** Whether the text is valid as a tenant name in a header. */
export function isTenantName(text: string): boolean {
  return TENANT.test(text);
}

/**
 * Reads the tenant from the host, from NGSILD-Tenant (6.3.14), from FIWARE's Fiware-Service, whose value counts in lower
 * case, or from the route's parameter, and echoes it.
 *
 * @returns false: two names differ, one is malformed, the host is nobody's or only another name of a page, which has been answered
 */
export function resolveTenant(request: FastifyRequest, reply: FastifyReply, door?: Door): boolean {
  try {
    request.tenant = tenantOf(request, door);
  } catch (error) {
    if (error instanceof Misdirected) {
      sendMisdirected(reply, error);
      return false;
    }
    sendProblem(reply, error); // not handled by the route's error handler, which may not know this error
    return false;
  }
  const elsewhere = pageElsewhere(request, door);
  if (elsewhere !== undefined) {
    // The main host may change, and browsers keep this for ever otherwise.
    reply.header('cache-control', 'public, max-age=300').redirect(elsewhere, 308);
    return false;
  }
  if (request.tenant !== '') reply.header('ngsild-tenant', request.tenant);
  return true;
}

/** @throws NgsiLdError BadRequestData: a name is malformed or occurs twice, or two names differ */
function tenantOf(request: FastifyRequest, door: Door | undefined): string {
  const { headers, query, routeOptions } = request;
  const tenant = nameOf('NGSILD-Tenant', headers['ngsild-tenant']);
  const service = nameOf('Fiware-Service', headers['fiware-service']);
  const parameter = routeOptions.config?.tenantParameter;
  const inUrl = parameter === undefined ? undefined : nameOf(parameter, (query as Record<string, unknown>)[parameter]);
  const ofHost = tenantOfHost(request, door);
  const given = tenant ?? service?.toLowerCase() ?? inUrl;
  if (ofHost !== undefined && door !== undefined) {
    request.isAtHostOfTenant = true;
    checkNamed(given, ofHost, door);
  }
  const named = given ?? ofHost ?? '';
  if (service !== undefined && service !== named && service.toLowerCase() !== named) {
    throw badMember('Fiware-Service', service, `${named}, the value of NGSILD-Tenant`);
  }
  if (inUrl !== undefined && inUrl !== named)
    throw badMember(parameter as string, inUrl, `${named}, the value of the header`);
  return named;
}

/** Nothing of the installation is shown, and no cache keeps it. */
function sendMisdirected(reply: FastifyReply, { message }: Misdirected): void {
  const problem = { type: 'about:blank', title: 'Misdirected Request', status: 421, detail: message };
  sendJson(reply.code(problem.status).header('cache-control', 'no-store'), problem);
}

function nameOf(source: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  // Node joins repeated headers with ", ", which is not valid in a name.
  if (typeof value !== 'string' || !TENANT.test(value)) throw badMember(source, value, EXPECTED);
  return value;
}
