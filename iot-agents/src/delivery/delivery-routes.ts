import { readFileSync } from 'node:fs';
import { routeOf } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { deliveryContract } from '../contract/delivery.ts';
import type { Database } from '../database.ts';
import type { Counters, Warnings } from '../frames/counters.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { listPending, listQuarantine, replayQuarantined } from '../inbox/quarantine.ts';
import type { ReadMessage } from '../inbox/stored-frame.ts';

const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const BACKLOG = 'SELECT count(*)::int AS waiting, min(received_at) AS oldest FROM iot.inbox';

/** Messages that are stored and not delivered yet. */
interface Backlog {
  readonly waiting: number;
  readonly oldest: Date | null;
}

export async function readBacklog(db: Database): Promise<Backlog> {
  const { rows } = await db.query<Backlog>({ text: BACKLOG });
  return { waiting: rows[0]?.waiting ?? 0, oldest: rows[0]?.oldest ?? null };
}

/** The age of the oldest one in seconds. */
export function backlogAge({ oldest }: Backlog): number {
  return oldest === null ? 0 : Math.max(0, Date.now() - new Date(oldest).getTime()) / 1000;
}

/** `/about`, `/pending`, `/quarantine`: the state of delivery, and messages that need an operator. */
export async function deliveryRoutes(
  app: FastifyInstance,
  options: {
    readonly db: Database;
    readonly inbox: Inbox;
    readonly read: ReadMessage;
    readonly counters: Counters;
    readonly warnings: Warnings;
    readonly mqtt: () => object;
    readonly amqp: () => object | undefined;
  },
): Promise<void> {
  const { db, inbox, read, counters, warnings, mqtt, amqp } = options;
  const startedAt = new Date().toISOString();

  const about = async (request: FastifyRequest) => {
    return {
      name: 'alzette iot-agents',
      version: VERSION,
      // FIWARE clients expect these.
      libVersion: VERSION,
      port: String(request.socket.localPort ?? ''),
      baseRoot: '/',
      startedAt,
      mqtt: mqtt(),
      ...(amqp() && { amqp: amqp() }),
      inbox: await readBacklog(db),
      counters,
      warnings: warnings.list(),
    };
  };
  app.get('/about', routeOf(deliveryContract.operations.about), about);
  app.get('/version', routeOf(deliveryContract.operations.version), about);

  app.get('/pending', routeOf(deliveryContract.operations.pending), async (request) =>
    listPending(db, paging(request)),
  );

  app.get<{ Querystring: { reason?: string; devEui?: string } }>(
    '/quarantine',
    routeOf(deliveryContract.operations.quarantine),
    async (request) => {
      const { reason, devEui } = request.query;
      return listQuarantine(db, {
        ...(reason === undefined ? {} : { reason }),
        ...(devEui === undefined ? {} : { devEui: devEui.toLowerCase() }),
        ...paging(request),
      });
    },
  );

  app.post<{ Params: { id: string } }>(
    '/quarantine/:id/replay',
    routeOf(deliveryContract.operations.replay),
    async ({ params }, reply) => {
      if (!/^\d{1,15}$/.test(params.id)) {
        throw new RegistryError('WRONG_SYNTAX', `id is "${params.id}", expected a number`);
      }
      await replayQuarantined(db, Number(params.id), read);
      inbox.reload();
      return reply.code(202).send();
    },
  );
}
