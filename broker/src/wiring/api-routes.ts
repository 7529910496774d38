import type { FastifyInstance } from 'fastify';
import { systemCaller } from '../access/caller.ts';
import type { Database } from '../database/database.ts';
import { timedReads } from '../database/timed-reads.ts';
import { queryEntities } from '../entities/read/entity-queries.ts';
import { readSnapshotQueries } from '../http/requests/snapshot-query.ts';
import { analysisRoutes } from '../http/routes/analysis-routes.ts';
import { attributeRoutes } from '../http/routes/attribute-routes.ts';
import { batchRoutes } from '../http/routes/batch-routes.ts';
import { contextRoutes } from '../http/routes/context-routes.ts';
import { discoveryRoutes } from '../http/routes/discovery-routes.ts';
import { entitiesRoutes } from '../http/routes/entities-routes.ts';
import { entityMapRoutes } from '../http/routes/entity-map-routes.ts';
import { entityRoutes } from '../http/routes/entity-routes.ts';
import { eventRoutes } from '../http/routes/event-routes.ts';
import { identityRoutes } from '../http/routes/identity-routes.ts';
import { mapRoutes } from '../http/routes/map-routes.ts';
import { registrationRoutes } from '../http/routes/registration-routes.ts';
import { remoteNotifyRoutes } from '../http/routes/remote-notify-routes.ts';
import { searchRoutes } from '../http/routes/search-routes.ts';
import { snapshotRoutes } from '../http/routes/snapshot-routes.ts';
import { subscriptionRoutes } from '../http/routes/subscription-routes.ts';
import { temporalRoutes } from '../http/routes/temporal-routes.ts';
import type { BrokerOptions } from '../options.ts';
import type { Areas } from './areas.ts';
import type { SubscriptionOperations } from './subscription-parts.ts';

// The standard's own test suite requires that 40 instances of an entity exceed the limit and 20 don't.
const TEMPORAL_PAGE_SIZE = 32;
/** So many instances a person may expect of `lastN`. */
const MOST_OF_LAST = 1000;
const SNAPSHOT_DAYS = 30;
const READ_TIMEOUT_MS = 30_000;
const A_DAY_MS = 24 * 60 * 60 * 1000;

interface ApiOptions {
  readonly options: BrokerOptions;
  /** The database, or its replica if that contains the client's own writes. */
  readonly readFrom: Database;
}

/** The routes of the standard, and the live feed. */
export function apiRoutes(
  app: FastifyInstance,
  { foundation, rights, subscribing, federating, notifying, writing, snapshotting }: Areas,
  subscriptions: SubscriptionOperations,
  { options, readFrom }: ApiOptions,
): void {
  const { db, contexts, secrets, checkUrl } = foundation;
  const { federation } = federating;
  const { lane, feed, maps } = writing;
  const reads = timedReads(readFrom, options.readTimeoutMs ?? READ_TIMEOUT_MS);
  const entityParts = { db: reads, lane, federation, contexts };
  const { temporalPageSize: mostInstances = TEMPORAL_PAGE_SIZE, temporalPageSize: mostOfLast = MOST_OF_LAST } = options;
  const temporalParts = { ...entityParts, mostInstances, mostOfLast };
  entitiesRoutes(app, entityParts);
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
      return (await queryEntities(db, systemCaller(tenant), first)).entities.length > 0;
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
  mapRoutes(app, { db: reads, contexts, recent: readFrom === db ? maps : undefined });
  searchRoutes(app, { db: reads, contexts });
  analysisRoutes(app, { db: reads, contexts });
}
