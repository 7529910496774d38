import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The headers that name the tenant of a request. */
const TENANT_HEADERS: readonly string[] = ['NGSILD-Tenant', 'Fiware-Service'];

/**
 * Tells shared caches that the answer depends on the tenant (RFC 9110, 12.5.5). Otherwise they give the answer for one
 * tenant to those who ask for another.
 */
export function varyByTenant(reply: FastifyReply): void {
  varyBy(reply, TENANT_HEADERS);
}

/** Adds names of request headers to `Vary`, once. */
export function varyBy(reply: FastifyReply, headers: readonly string[]): void {
  const given = reply.getHeader('vary');
  const names = given === undefined ? [] : String(given).split(/\s*,\s*/);
  const known = new Set(names.map((name) => name.toLowerCase()));
  if (known.has('*')) return;
  reply.header('vary', [...names, ...headers.filter((name) => !known.has(name.toLowerCase()))].join(', '));
}

/** Whether shared caches may keep an answer because it says so. */
export function isPublic(reply: FastifyReply): boolean {
  const keeping = reply.getHeader('cache-control');
  return keeping !== undefined && /\bpublic\b/.test(String(keeping));
}

const JSON_TYPE = /[/+]json\b/;

/**
 * Headers of the answers of routes that require nothing. Caches may keep an answer that says nothing about it, and a
 * browser that opens JSON must not load or reveal anything. Must be registered before the routes.
 */
export function guardPublicAnswers(app: FastifyInstance): void {
  const guard = (
    { method }: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void,
  ): void => {
    if ((method === 'GET' || method === 'HEAD') && !reply.hasHeader('cache-control')) varyByTenant(reply);
    if (JSON_TYPE.test(String(reply.getHeader('content-type')))) {
      if (!reply.hasHeader('content-security-policy')) {
        reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
      }
      if (!reply.hasHeader('referrer-policy')) reply.header('referrer-policy', 'no-referrer');
    }
    done(null, payload);
  };
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'nothing') route.onSend = [...[route.onSend ?? []].flat(), guard];
  });
}
