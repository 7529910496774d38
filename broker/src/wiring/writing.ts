import type { CacheUse } from '@alzette/kit/caches';
import { HOME } from '@alzette/ngsi-ld-schemas/validation';
import { isByTenant } from '../database/citus/by-tenant.ts';
import { ExpiryJob } from '../entities/expiry-job.ts';
import { RecentMaps } from '../entities/map/recent-maps.ts';
import { type AuthorizedLane, authorizedLane } from '../entities/write-lane/authorized-lane.ts';
import { createWriteLane } from '../entities/write-lane/lane.ts';
import { readEntities } from '../entities/write-lane/lane-statements.ts';
import { gatedLane, type WriteGate } from '../entities/write-lane/write-gates.ts';
import { ChangeBroadcast } from '../live-feed/change-broadcast.ts';
import { LiveFeed } from '../live-feed/live-feed.ts';
import type { BrokerOptions } from '../options.ts';
import { modelStore } from '../validation/model-store.ts';
import { Models } from '../validation/models.ts';
import { checkByModels } from '../validation/validate-by-models.ts';
import type { Foundation } from './foundation.ts';
import type { NotifyingArea } from './notifying.ts';
import type { SubscribingArea } from './subscribing.ts';
import type { UpkeepArea } from './upkeep.ts';

/** The only way to change entities, and the consumers of changes. */
export interface WritingArea {
  /** Validates writes and checks the rights of the caller. */
  readonly lane: AuthorizedLane;
  /** What judges writes to certain attributes; added later. */
  readonly gates: WriteGate[];
  /** Entities with uncommitted writes. */
  waiting(): number;
  /** Called before shutdown: writes that can't be completed soon are given up. */
  shortenTimeouts(): void;
  /** Memory used by the entity cache. */
  entityCache(): CacheUse;
  readonly models: Models;
  /** Live changes for open pages. */
  readonly feed: LiveFeed;
  /** Counts of maps, until a change concerns them. */
  readonly maps: RecentMaps;
  /** Broadcasts changes to other processes. */
  readonly exchange: ChangeBroadcast;
  readonly expiry: ExpiryJob;
}

const EXPIRY_EVERY_MS = 10_000;

export async function openWriting(
  { db, nodes, log, peers, changeBarrier, quotas, company, meters }: Foundation,
  { subscriptions }: SubscribingArea,
  { notifications }: NotifyingArea,
  { maintenance, adviser, views, search }: UpkeepArea,
  options: BrokerOptions,
): Promise<WritingArea> {
  const feed = new LiveFeed((keys) => readEntities(db, keys, { byTenant: isByTenant(db) }));
  const maps = new RecentMaps(peers);
  const exchange = new ChangeBroadcast(db, peers, log);
  await exchange.start({
    onChanges(news) {
      maps.forget();
      feed.receive(news);
    },
    onLost: () => feed.changesLost(),
  });
  const models = new Models(modelStore(db));
  const badModels = (error: unknown) => log.error(error, 'Could not reload the models');
  await models.start(badModels, (taking) => changeBarrier.track(taking));
  const writes = createWriteLane(db, {
    recordsHistory: options.recordsHistory ?? true,
    owner: peers.name,
    nodes,
    quotas,
    company,
    ...(options.writeTimeoutMs !== undefined && { withinMs: options.writeTimeoutMs }),
    onBatch: (entities, elapsedMs) => meters.batch(entities, elapsedMs),
    listener: {
      notificationsOf: (change) => subscriptions.notificationsOf(change),
      committed(changes, entries) {
        meters.changes += changes.length;
        meters.notifications.caused += entries.length;
        notifications.accept(entries);
        maps.committed(changes); // first, so that clients notified of a change do not get an older map
        feed.publish(changes);
        exchange.publish(changes);
        maintenance.committed(changes);
        adviser.committed(changes);
        views.committed(changes);
        search.committed(changes);
      },
      ended: (request) => notifications.requestEnded(request),
      uncertain: (entries) => notifications.expectUncertain(entries),
    },
  });
  const gates: WriteGate[] = [];
  return {
    lane: authorizedLane(gatedLane(writes, gates), checkByModels(models, options.territory ?? HOME)),
    gates,
    waiting: () => writes.waiting,
    shortenTimeouts: () => writes.shortenTimeouts(),
    entityCache: () => writes.cacheUse,
    models,
    feed,
    maps,
    exchange,
    expiry: new ExpiryJob(db, writes, log, options.expiryEveryMs ?? EXPIRY_EVERY_MS),
  };
}
