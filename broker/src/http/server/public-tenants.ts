import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import { sendProblem } from '../answers/send-problem.ts';
import type { Door } from '../requests/door.ts';

/** Devices and network servers, and users who sign in, prove themselves by other means, whatever the tenant. */
const WITH_OWN_PROOF: readonly string[] = ['/oidc', '/iot'];

/**
 * Shows strangers only the public tenants: a route that requires nothing answers 404 for any other tenant, the same
 * whether it exists or not. It also does so for a public tenant that does not exist, so a stranger never makes one.
 * Must be registered before the routes.
 *
 * @param publicTenants '' is the default tenant, `*` every tenant
 */
export function admitPublicTenants(
  app: FastifyInstance,
  tenants: Tenants,
  publicTenants: readonly string[],
  door?: Pick<Door, 'isPublic'>,
): void {
  const named = new Set(publicTenants);
  const areAllPublic = named.has('*');

  const admit = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { tenant } = request;
    if (!areAllPublic && !named.has(tenant) && door?.isPublic(tenant) !== true) {
      refuse(reply, tenant);
      return;
    }
    if (tenants.knows(tenant)) {
      done();
      return;
    }
    tenants.exists(tenant).then(
      (exists) => (exists ? done() : refuse(reply, tenant)),
      (error: unknown) => sendProblem(reply, error),
    );
  };

  app.addHook('onRoute', (route) => {
    if (isForStrangers(route)) route.onRequest = [admit, ...[route.onRequest ?? []].flat()];
  });
}

function isForStrangers({ url, config }: RouteOptions): boolean {
  if (config?.access !== 'nothing' || config.anyTenant === true) return false;
  return !WITH_OWN_PROOF.some((prefix) => url === prefix || url.startsWith(`${prefix}/`));
}

/** Caches must not give the refusal to those who ask for another tenant. */
function refuse(reply: FastifyReply, tenant: string): void {
  const named = tenant === '' ? 'the default one is closed' : tenant;
  reply.header('cache-control', 'no-store');
  sendProblem(reply, new NgsiLdError('NonexistentTenant', `There is no public tenant ${named}`));
}
