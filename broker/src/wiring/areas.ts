import type { FastifyInstance } from 'fastify';
import type { Agent } from 'undici';
import type { FederatingArea } from './federating.ts';
import type { Foundation } from './foundation.ts';
import type { NotifyingArea } from './notifying.ts';
import type { RightsArea } from './rights.ts';
import type { SnapshottingArea } from './snapshotting.ts';
import type { SubscribingArea } from './subscribing.ts';
import type { UpkeepArea } from './upkeep.ts';
import type { WritingArea } from './writing.ts';

/** Everything in a broker except its routes. */
export interface Areas {
  readonly foundation: Foundation;
  readonly rights: RightsArea;
  readonly subscribing: SubscribingArea;
  readonly federating: FederatingArea;
  readonly notifying: NotifyingArea;
  readonly upkeep: UpkeepArea;
  readonly writing: WritingArea;
  readonly snapshotting: SnapshottingArea;
}

/** Stops the sources of work first, then the workers, and finally the shared foundation. */
export async function closeAreas(
  { foundation, rights, subscribing, federating, notifying, upkeep, writing, snapshotting }: Areas,
  app: FastifyInstance,
  dispatcher: Agent,
): Promise<void> {
  upkeep.stop();
  await app.close();
  await snapshotting.job.close();
  await snapshotting.spaces.close();
  await writing.expiry.close();
  await upkeep.adviser.close();
  await upkeep.views.close();
  await upkeep.search.close();
  await upkeep.retention.close();
  await upkeep.rollups.close();
  await federating.copies.close();
  await notifying.intervals.close();
  await notifying.sourceIntervals.close();
  await notifying.notifications.close();
  await subscribing.subscriptions.close();
  await federating.sourceSubscriptions.close();
  await federating.registrations.close();
  await writing.exchange.close();
  await foundation.changeBarrier.close();
  await foundation.stopForgettingContexts();
  await federating.agent.destroy();
  await dispatcher.destroy();
  await writing.models.close();
  await rights.access.close();
  await foundation.contexts.close();
  await foundation.usage.close();
  await foundation.quotas.close();
  await foundation.interop.close();
  await foundation.tenants.close();
  const { peers, sharedClock, outages, log, meters } = foundation;
  outages.close();
  meters.process.close();
  await sharedClock.close();
  await peers.leave().catch((error) => log.warn(error, 'Could not record the end of this process'));
}
