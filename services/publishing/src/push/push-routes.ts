import { actor } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { documents } from '@alzette/kit/objects';
import { oneOf, readPath, readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { countFollowers, listReach } from './messages.ts';
import { deleteProvider, listProviders, readApns, readFcm, saveProvider } from './providers.ts';

const LIMIT = { limit: wholeNumber({ min: 1, max: 200, default: 50 }) };
const BY_NAME = { name: oneOf(['fcm', 'apns'], { required: true }) };

/** `/publishing/push`: the number of reached devices, by push service. */
export function pushRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db } = parts;

  scope.get(
    '/push',
    operation({
      access: 'read',
      objects: documents(parts.objects.newsroom, async () => [true]),
      summary: 'The number of followers per topic, and the delivery of each message',
      query: LIMIT,
      answer: object({
        topics: { type: 'object', additionalProperties: { type: 'integer' } },
        devices: { type: 'object', additionalProperties: { type: 'integer' } },
        messages: { type: 'array', items: { type: 'object' } },
      }),
    }),
    async (request) => {
      const { limit } = readQuery(request, LIMIT);
      const messages = await listReach(db, request.tenant, limit);
      return {
        ...(await countFollowers(db, request.tenant)),
        // Messages to single reporters are private.
        messages: messages.filter(({ topics }) => !topics.some((topic) => topic.startsWith('report:'))),
      };
    },
  );
  scope.get(
    '/push/providers',
    operation({ access: 'administer', summary: 'Which push services of Google and Apple are configured' }),
    async (request) => ({ providers: await listProviders(db, request.tenant) }),
  );
  scope.put(
    '/push/providers/:name',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Configures a push service: fcm needs the JSON of a service account, apns a signing key',
      body: { anyOf: [readFcm.schema, readApns.schema] },
    }),
    async (request, reply) => {
      const { name } = readPath(request, BY_NAME);
      const settings = name === 'fcm' ? readFcm(request.body) : readApns(request.body);
      await saveProvider(parts, request.tenant, name, settings);
      await audited(request, 'publishing.provider.save', name);
      return reply.code(204).send();
    },
  );
  scope.delete(
    '/push/providers/:name',
    operation({ access: 'administer', audited: { values: 'above' }, summary: 'Removes a push service' }),
    async (request, reply) => {
      const { name } = readPath(request, BY_NAME);
      if (!(await deleteProvider(db, request.tenant, name))) throw missing('provider', name);
      await audited(request, 'publishing.provider.delete', name);
      return reply.code(204).send();
    },
  );

  function audited(request: FastifyRequest, action: string, object: string): Promise<void> {
    const caller = given.callerOf(request);
    return parts.audit.append({
      actor: actor(caller),
      action,
      object,
      tenant: caller.tenant,
      outcome: 'done',
      details: {},
    });
  }
}
