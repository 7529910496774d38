import { readPath, readQuery, text } from '@alzette/kit/parameters';
import { denied, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import type { ToldEntity } from '../engine/read-entity.ts';
import { NOTIFY_HEADER, type NotifySecret } from '../intake/notify-secret.ts';
import { putInInbox } from '../store/inbox-rows.ts';

const SCOPE = { scope: text({ max: 40, required: true }) };
const TENANT = { tenant: text({ max: 256 }) };
const LONGEST_BODY = 16 * 1024 * 1024;

/** Receives the notifications of our subscriptions. It answers when they are stored. */
export function notifyRoute(scope: FastifyInstance, { db }: Pick<ServiceContext, 'db'>, secret: NotifySecret): void {
  scope.post(
    '/notify/:scope',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'Receives notifications of the rules’ subscriptions, with their secret',
      query: TENANT,
      body: { type: 'object' },
      bodyLimit: LONGEST_BODY,
    }),
    async (request, reply) => {
      if (!secret.isOurs(request.headers[NOTIFY_HEADER]))
        throw denied('The notification is not from our own subscriptions');
      const { scope: key } = readPath(request, SCOPE);
      const { tenant = '' } = readQuery(request, TENANT);
      const { data } = (request.body ?? {}) as { data?: unknown };
      if (!Array.isArray(data)) throw refused('data', data, 'the entities of a notification');
      await putInInbox(
        db,
        data.filter(isEntity).map((entity) => {
          return { tenant, scope: key, entityId: entity.id, entity: JSON.stringify(entity) };
        }),
      );
      return reply.code(204).send();
    },
  );
}

function isEntity(value: unknown): value is ToldEntity {
  return (
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'type' in value
  );
}
