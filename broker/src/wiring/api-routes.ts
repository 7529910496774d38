import type { FastifyInstance } from 'fastify';
import type { BrokerOptions } from '../broker-options.ts';
import { attributeRoutes } from '../http/attribute-routes.ts';
import { batchRoutes } from '../http/batch-routes.ts';
import { contextRoutes } from '../http/context-routes.ts';
import { discoveryRoutes } from '../http/discovery-routes.ts';
import { entityMapRoutes } from '../http/entity-map-routes.ts';
import { entityRoutes } from '../http/entity-routes.ts';
import { eventRoutes } from '../http/event-routes.ts';
import { identityRoutes } from '../http/identity-routes.ts';
import { registrationRoutes } from '../http/registration-routes.ts';
import { remoteNotifyRoutes } from '../http/remote-notify-routes.ts';
import { readSnapshotQueries } from '../http/snapshot-query.ts';
import { snapshotRoutes } from '../http/snapshot-routes.ts';
import { subscriptionRoutes } from '../http/subscription-routes.ts';
import { temporalRoutes } from '../http/temporal-routes.ts';
import type { Database } from '../store/database.ts';
import { queryEntities } from '../store/entities.ts';
import type { Areas } from './areas.ts';
import type { SubscriptionOperations } from './subscription-parts.ts';

// What the standard's own test suite takes for granted: 40 instances of an entity are too many, 20 are not.
const TEMPORAL_PAGE_SIZE = 32;
const SNAPSHOT_DAYS = 30;
const A_DAY_MS = 24 * 60 * 60 * 1000;

interface ApiOptions {
  readonly options: BrokerOptions;
  /** The database, or its replica as far as that has what the client wrote. */
  readonly readFrom: Database;
}

/** The routes of the standard, and the live feed of changes. */
export function apiRoutes(
  app: FastifyInstance,
  { foundation, rights, subscribing, federating, notifying, writing, snapshotting }: Areas,
  subscriptions: SubscriptionOperations,
  { options, readFrom }: ApiOptions,
): void {
  const { db, contexts, secrets, checkUrl } = foundation;
  const { federation } = federating;
  const { lane, feed } = writing;
  const entityParts = { db: readFrom, lane, federation, contexts };
  const temporalParts = { ...entityParts, mostInstances: options.temporalPageSize ?? TEMPORAL_PAGE_SIZE };
  entityRoutes(app, entityParts);
  attributeRoutes(app, entityParts);
  batchRoutes(app, entityParts);
  entityMapRoutes(app, temporalParts);
  subscriptionRoutes(app, subscriptions);
  const toSources = { ...subscriptions, subscriptions: federating.sourceSubscriptions };
  subscriptionRoutes(app, toSources, 'csourceSubscriptions');
  registrationRoutes(app, {
    registrations: federating.registrations,
    secrets,
    checkUrl,
    async anyEntity(tenant, filter) {
      const first = { ...filter, limit: 1, offset: 0, count: false };
      return (await rights.asOwner(undefined, tenant, () => queryEntities(db, tenant, first))).entities.length > 0;
    },
  });
  remoteNotifyRoutes(app, {
    db,
    federation,
    copies: federating.copyStore,
    subscription: (tenant, id) => subscribing.subscriptions.get(tenant, id),
    accept: (entries) => notifying.notifications.accept(entries),
    async namesOf(value, asked) {
      return contexts.cached(value) ?? contexts.resolve(value).catch(asked);
    },
  });
  temporalRoutes(app, temporalParts);
  discoveryRoutes(app, entityParts);
  identityRoutes(app, federating.aliasOf);
  contextRoutes(app, contexts);
  snapshotRoutes(app, {
    store: snapshotting.store,
    spaces: snapshotting.spaces,
    secrets,
    longestLifetimeMs: (options.snapshotDays ?? SNAPSHOT_DAYS) * A_DAY_MS,
    checkUrl,
    checkQueries: (document, context) => void readSnapshotQueries(document, context),
    wake: () => snapshotting.job.wake(),
  });
  eventRoutes(app, { feed, contexts, access: rights.access });
}
