import { areLimited, systemCaller } from '../access/caller.ts';
import { queryEntities } from '../entities/read/entity-queries.ts';
import { subscribedEntities } from '../federation/read/subscribed-entities.ts';
import type { RegistrationDocument } from '../federation/registrations/registration-document.ts';
import { representDocument } from '../federation/registrations/represent-registration.ts';
import { Notifications } from '../notifications/notifications.ts';
import type { BrokerOptions } from '../options.ts';
import { outgoingAgent } from '../outgoing/outgoing-url.ts';
import { entityRound, type FindEntities } from '../subscriptions/entity-round.ts';
import { Intervals } from '../subscriptions/intervals.ts';
import type { FederatingArea } from './federating.ts';
import type { Foundation } from './foundation.ts';
import type { RightsArea } from './rights.ts';
import type { SubscribingArea } from './subscribing.ts';

/** Delivery of notifications, and the rounds of subscriptions with a time interval. */
export interface NotifyingArea {
  readonly notifications: Notifications;
  readonly intervals: Intervals;
  readonly sourceIntervals: Intervals;
}

export async function openNotifying(
  foundation: Foundation,
  rights: RightsArea,
  subscribing: SubscribingArea,
  federating: FederatingArea,
  options: BrokerOptions,
): Promise<NotifyingArea> {
  const { log, outgoing, peers, contexts } = foundation;
  const { subscriptions, outbox, linked } = subscribing;
  const { sourceSubscriptions } = federating;
  const notifications = new Notifications({
    outbox,
    peers,
    subscriptions: {
      get: (tenant, id) => subscriptions.get(tenant, id) ?? sourceSubscriptions.get(tenant, id),
      visible: (subscription, pending) => subscriptions.visible(subscription, pending),
      admits: (subscription, at, request) => subscriptions.admits(subscription, at, request),
      claims: (subscription, entryId, at) => subscriptions.claims(subscription, entryId, at),
      confirms: (subscription, pending) => subscriptions.confirms(subscription, pending),
    },
    representSource: (source, names) => representDocument(source as unknown as RegistrationDocument, names), // written as registrations
    contexts,
    pool: outgoingAgent(outgoing),
    policy: outgoing,
    linked,
    log,
    settings: options.delivery,
  });
  const findEntities = subscribedFinder(foundation, rights, federating);
  const intervals = new Intervals({
    claimDue: (limit) => subscriptions.store.claimDue(limit),
    msUntilDue: () => subscriptions.store.msUntilDue(),
    round: (tenant, id) => entityRound(subscriptions.get(tenant, id), findEntities),
    addRound: (entries) => outbox.addRound(entries),
    accept: (entries) => notifications.accept(entries),
    log,
  });
  const sourceIntervals = new Intervals({
    claimDue: (limit) => sourceSubscriptions.store.claimDue(limit),
    msUntilDue: () => sourceSubscriptions.store.msUntilDue(),
    round: (tenant, id) => sourceSubscriptions.round(tenant, id),
    addRound: (entries) => outbox.addRound(entries),
    accept: (entries) => notifications.accept(entries),
    log,
  });
  subscriptions.onInterval(() => intervals.wake());
  await sourceSubscriptions.start(
    (entries) => notifications.accept(entries),
    () => sourceIntervals.wake(),
  );
  return { notifications, intervals, sourceIntervals };
}

function subscribedFinder(
  { db, contexts }: Foundation,
  rights: RightsArea,
  { federation }: FederatingArea,
): FindEntities {
  return async ({ tenant, owner, localOnly = false }, filter, limit, offset) => {
    const caller = rights.ownerAsCaller(owner, tenant);
    const part = { limit, offset };
    const entities = await subscribedEntities(db, federation, contexts.core, caller, filter, part, localOnly);
    if (!areLimited(caller) || entities.length === 0) return entities;
    // The complete entities: what the owner may see is filtered when they are sent.
    const ids = entities.map(({ id }) => id);
    const whole = { selectors: [{ ids }], limit: ids.length, offset: 0, count: false };
    return (await queryEntities(db, systemCaller(tenant), whole)).entities;
  };
}
