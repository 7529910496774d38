import { actor } from '@alzette/kit/access';
import { documents } from '@alzette/kit/objects';
import { oneOf, readPath } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { DONE, operation } from '@alzette/kit/routes';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReachContract } from '../contract/app.ts';
import type { PublishingParts } from '../parts.ts';
import { countFollowers, listReach } from './messages.ts';
import { deleteProvider, listProviders, readApns, readFcm, saveProvider } from './providers.ts';

const BY_NAME = { name: oneOf(['fcm', 'apns'], { required: true }) };

/** `/publishing/push`: the number of reached devices, by push service. */
export function reachHandlers(parts: PublishingParts, given: ServiceContext): Handlers<ReachContract> {
  const { db, objects } = parts;
  return {
    reach: {
      objects: documents(objects.newsroom, async () => [true]),
      async handle({ tenant, query: { limit } }) {
        const messages = await listReach(db, tenant, limit);
        return {
          ...(await countFollowers(db, tenant)),
          // Messages to single reporters are private.
          messages: messages.filter(({ topics }) => !topics.some((topic) => topic.startsWith('report:'))),
        };
      },
    },
    providers: async ({ tenant }) => ({ providers: await listProviders(db, tenant) }),
    async removeProvider(request) {
      const { name } = request.params;
      if (!(await deleteProvider(db, request.tenant, name))) throw missing('provider', name);
      await audited(parts, given, request, 'publishing.provider.delete', name);
    },
  };
}

/** Its body depends on its path, so errors would not name the member if they came from one schema. */
export function providerRoute(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  scope.put(
    '/push/providers/:name',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Configures a push service: fcm needs the JSON of a service account, apns a signing key',
      body: { anyOf: [readFcm.schema, readApns.schema] },
      answers: DONE,
    }),
    async (request, reply) => {
      const { name } = readPath(request, BY_NAME);
      const settings = name === 'fcm' ? readFcm(request.body) : readApns(request.body);
      await saveProvider(parts, request.tenant, name, settings);
      await audited(parts, given, request, 'publishing.provider.save', name);
      return reply.code(204).send();
    },
  );
}

function audited(
  { audit }: PublishingParts,
  given: ServiceContext,
  request: FastifyRequest,
  action: string,
  object: string,
): Promise<void> {
  const caller = given.callerOf(request);
  return audit.append({ actor: actor(caller), action, object, tenant: caller.tenant, outcome: 'done', details: {} });
}
