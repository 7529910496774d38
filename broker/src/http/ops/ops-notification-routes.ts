import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SourceCopyStore } from '../../federation/copies/source-copy-store.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, checkDateTime, checkUri, isJsonObject, type JsonObject } from '../../model/values.ts';
import type { DeadLetterFilter, LedgerStore } from '../../notifications/outbox/delivery-ledger.ts';
import type { SubscriptionKey } from '../../notifications/outbox/outbox.ts';
import type { EndpointState } from '../../notifications/queues/endpoint-state.ts';
import { sendJson } from '../answers/send-json.ts';
import { type Parameters, readInteger, readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

interface NotificationOperations {
  readonly ledger: LedgerStore;
  readonly copies: Pick<SourceCopyStore, 'list'>;
  /** Resolves when the outcomes of notifications so far are in the database. */
  readonly settled: () => Promise<void>;
  /** The state of a subscription's endpoint in this process; undefined: it knows no such subscription. */
  readonly endpointOf: (tenant: string, id: string) => EndpointState | undefined;
  readonly endpoints: () => readonly EndpointState[];
  /** Called for subscriptions that have entries in the outbox again. */
  readonly resume: (subscriptions: readonly SubscriptionKey[]) => void;
}

const LONGEST_PAGE = 1000;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const FILTER = ['id', 'subscriptionId', 'since', 'before'] as const;

/**
 * `/ops/notifications`, for operators: delivery statistics of each subscription of the tenant in NGSILD-Tenant; the
 * state of endpoints; dead letters to inspect, replay and delete.
 */
export function opsNotificationRoutes(app: FastifyInstance, operations: NotificationOperations): void {
  ledgerRoutes(app, operations);
  deadLetterRoutes(app, operations);
}

function ledgerRoutes(app: FastifyInstance, operations: NotificationOperations): void {
  const { ledger, settled } = operations;
  // → {"subscriptions": [{DeliveryLedger, "endpoint": EndpointState | null}, …]}
  app.get('/ops/notifications/subscriptions', async (request, reply) => {
    const { tenant } = request;
    const { limit, offset } = pageOf(readParameters(request.query, names('limit', 'offset')));
    await settled();
    const ledgers = await ledger.ledgers(tenant, limit, offset);
    const subscriptions = ledgers.map((each) => ({
      ...each,
      endpoint: operations.endpointOf(tenant, each.subscriptionId) ?? null,
    }));
    return sendJson(reply, { subscriptions });
  });

  // → {DeliveryLedger, "endpoint": EndpointState | null}
  app.get<{ Params: { id: string } }>('/ops/notifications/subscriptions/:id', async (request, reply) => {
    const { tenant } = request;
    const id = checkUri(request.params.id, 'Subscription id in the path');
    await settled();
    const [found] = await ledger.ledgers(tenant, 1, 0, id);
    if (found === undefined) throw new NgsiLdError('ResourceNotFound', `There is no subscription ${id}`);
    return sendJson(reply, { ...found, endpoint: operations.endpointOf(tenant, id) ?? null });
  });

  // → {"endpoints": [EndpointState, …]}
  app.get('/ops/notifications/endpoints', (_request, reply) => sendJson(reply, { endpoints: operations.endpoints() }));

  // → {"sources": [{"subscriptionId": …, "registrationId": …, "confirmed": false, "error": …, "failingSince": …}, …]}
  app.get('/ops/notifications/sources', async (request, reply) => {
    const { limit, offset } = pageOf(readParameters(request.query, names('limit', 'offset')));
    const copies = await operations.copies.list(request.tenant, limit, offset);
    const sources = copies.map(({ subscriptionId, registrationId, document, error, failingSince }) => ({
      subscriptionId,
      registrationId,
      confirmed: document !== undefined,
      ...(error !== undefined && { error, failingSince }),
    }));
    return sendJson(reply, { sources });
  });
}

function deadLetterRoutes(app: FastifyInstance, operations: NotificationOperations): void {
  const { ledger, settled } = operations;
  // → {"total": 1, "deadLetters": [DeadLetter, …]}
  app.get('/ops/notifications/dead-letters', async (request, reply) => {
    const { tenant } = request;
    const parameters = readParameters(request.query, names(...FILTER, 'limit', 'offset'));
    const { limit, offset } = pageOf(parameters);
    const filter = filterOf(parameters);
    await settled();
    const [total, deadLetters] = await Promise.all([
      ledger.countDead(tenant, filter),
      ledger.deadLetters(tenant, filter, limit, offset),
    ]);
    return sendJson(reply, { total, deadLetters });
  });

  // {"id": …} replays one; {"since": …} and {"subscriptionId": …} replay all matches. → {"replayed": 1}
  app.post('/ops/notifications/dead-letters/replay', async (request, reply) => {
    const { tenant } = request;
    const filter = filterOf(bodyOf(request));
    await settled();
    const { replayed, subscriptions } = await ledger.replay(tenant, filter);
    if (filter.id !== undefined && replayed === 0) throw noDeadLetter(filter.id);
    operations.resume(subscriptions);
    return sendJson(reply, { replayed });
  });

  // → {"dropped": 1}
  app.delete(
    '/ops/notifications/dead-letters',
    { config: { audited: { values: 'route' } } },
    async (request, reply) => {
      const filter = filterOf(readParameters(request.query, names(...FILTER)));
      if (Object.keys(filter).length === 0)
        throw badMember('before', undefined, 'at least one of id, subscriptionId, since, before');
      return sendJson(reply, { dropped: await ledger.drop(request.tenant, filter) });
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/ops/notifications/dead-letters/:id',
    { config: { audited: { values: 'above' } } },
    async (request, reply) => {
      const { id } = filterOf({ id: request.params.id });
      const dropped = await ledger.drop(request.tenant, { id: id as string }); // given in the path
      if (dropped === 0) throw noDeadLetter(request.params.id);
      return reply.code(204).send();
    },
  );
}

function noDeadLetter(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no dead letter ${id}`);
}

function pageOf(parameters: Parameters): { limit: number; offset: number } {
  const limit = readInteger(parameters, 'limit', 1) ?? 100;
  if (limit > LONGEST_PAGE) throw badMember('limit', limit, `at most ${LONGEST_PAGE}`);
  return { limit, offset: readInteger(parameters, 'offset', 0) ?? 0 };
}

function bodyOf({ body }: FastifyRequest): JsonObject {
  if (!isJsonObject(body)) throw badMember('body', body, `an object with ${FILTER.join(', ')}`);
  const other = Object.keys(body).find((member) => !FILTER.some((known) => known === member));
  if (other !== undefined) throw badMember(other, body[other], `one of ${FILTER.join(', ')}`);
  if (Object.keys(body).length === 0) throw badMember('body', body, `at least one of ${FILTER.join(', ')}`);
  return body;
}

function filterOf({ id, subscriptionId, since, before }: JsonObject): DeadLetterFilter {
  if (id !== undefined && (typeof id !== 'string' || !UUID.test(id)))
    throw badMember('id', id, 'the id of a dead letter');
  return {
    ...(typeof id === 'string' && { id }),
    ...(subscriptionId !== undefined && { subscriptionId: checkUri(subscriptionId, 'subscriptionId') }),
    ...(since !== undefined && { since: new Date(checkDateTime(since, 'since')) }),
    ...(before !== undefined && { before: new Date(checkDateTime(before, 'before')) }),
  };
}
