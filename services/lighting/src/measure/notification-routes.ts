import { Problem } from '@alzette/kit/problems';
import { DONE, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { LightingParts } from '../parts.ts';
import { keepCabinetReadings } from './cabinet-readings.ts';
import { cabinetReadingsOf, readingsOf } from './read-notification.ts';
import { keepReadings } from './reading-rows.ts';
import type { ReadingSubscriptions } from './subscribe.ts';

/** Receives the notifications of our own subscriptions to measurements. */
export function notificationRoutes(
  scope: FastifyInstance,
  { db, siteOf }: LightingParts,
  subscriptions: ReadingSubscriptions,
): void {
  scope.post(
    '/notifications',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: "Receives notifications of the service's own subscriptions",
      bodyLimit: BODY_LIMIT,
      answers: DONE,
    }),
    async (request, reply) => {
      if (!subscriptions.isOurs(request)) {
        throw new Problem(401, 'Unauthorized', 'the notification does not contain the secret of our subscriptions');
      }
      const { data, notifiedAt } = request.body as { readonly data?: unknown; readonly notifiedAt?: unknown };
      const entities = Array.isArray(data) ? (data as Readonly<Record<string, unknown>>[]) : [];
      const at = typeof notifiedAt === 'string' ? notifiedAt : new Date().toISOString();
      await keepReadings(db, request.tenant, readingsOf(entities, at), siteOf(request.tenant).timeZone);
      await keepCabinetReadings(db, request.tenant, cabinetReadingsOf(entities, at));
      return reply.code(204).send();
    },
  );
}

const BODY_LIMIT = 16 * 1024 * 1024;
