import type { FastifyInstance } from 'fastify';
import type { Database } from '../database.ts';
import { paging } from '../devices/registry-routes.ts';
import { RegistryError } from '../devices/validation.ts';
import type { Counters, Warnings } from './counters.ts';
import type { Inbox } from './inbox.ts';
import { listPending, listQuarantine, replayQuarantined } from './quarantine.ts';

const BACKLOG = 'SELECT count(*)::int AS waiting, min(received_at) AS oldest FROM iot.inbox';

/** `/about`, `/pending`, `/quarantine`: how uplinks fare, and what waits for an operator. */
export async function deliveryRoutes(
  app: FastifyInstance,
  options: {
    readonly db: Database;
    readonly inbox: Inbox;
    readonly counters: Counters;
    readonly warnings: Warnings;
    readonly mqtt: () => object;
  },
): Promise<void> {
  const { db, inbox, counters, warnings, mqtt } = options;
  const startedAt = new Date().toISOString();

  app.get('/about', async () => {
    const { rows } = await db.query<{ waiting: number; oldest: Date | null }>({ text: BACKLOG });
    const [backlog] = rows;
    return {
      name: 'alzette iot-agents',
      startedAt,
      mqtt: mqtt(),
      inbox: { waiting: backlog?.waiting ?? 0, oldest: backlog?.oldest ?? null },
      counters,
      warnings: warnings.list(),
    };
  });

  app.get('/pending', async (request) => listPending(db, paging(request)));

  app.get<{ Querystring: { reason?: string; devEui?: string } }>('/quarantine', async (request) => {
    const { reason, devEui } = request.query;
    return listQuarantine(db, {
      ...(reason === undefined ? {} : { reason }),
      ...(devEui === undefined ? {} : { devEui: devEui.toLowerCase() }),
      ...paging(request),
    });
  });

  app.post<{ Params: { id: string } }>('/quarantine/:id/replay', async ({ params }, reply) => {
    if (!/^\d{1,15}$/.test(params.id)) {
      throw new RegistryError('WRONG_SYNTAX', `id is "${params.id}", expected a number`);
    }
    await replayQuarantined(db, Number(params.id));
    inbox.reload();
    return reply.code(202).send();
  });
}
