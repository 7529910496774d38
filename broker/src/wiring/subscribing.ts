import { isByTenant } from '../database/citus/by-tenant.ts';
import { linkedEntities } from '../entities/linked-entities.ts';
import type { LinkedEntities } from '../notifications/build/delivery-parts.ts';
import { createOutboxStore, type OutboxStore } from '../notifications/outbox/outbox.ts';
import { createOutboxByTenant } from '../notifications/outbox/outbox-by-tenant.ts';
import { createSubscriptionStore } from '../subscriptions/subscription-store.ts';
import { createSubscriptions, type OwnerVisibility, type Subscriptions } from '../subscriptions/subscriptions.ts';
import type { Foundation } from './foundation.ts';
import type { RightsArea } from './rights.ts';

/** Subscriptions to entities, and the outbox of their notifications. */
export interface SubscribingArea {
  readonly subscriptions: Subscriptions;
  readonly outbox: OutboxStore;
  /** Linked entities, as the owner of a subscription may see them. */
  readonly linked: LinkedEntities;
}

export async function openSubscribing(foundation: Foundation, rights: RightsArea): Promise<SubscribingArea> {
  const { db, nodes, log, peers, changeBarrier, quotas, secrets, meters } = foundation;
  const linked: LinkedEntities = (tenant, roots, how, owner) =>
    linkedEntities(db, rights.ownerAsCaller(owner, tenant), roots, how);
  const store = createSubscriptionStore(db, peers.name, 'entity', { admission: quotas, nodes });
  const sees: OwnerVisibility = (owner, tenant) => rights.grantOf(owner, tenant).read;
  const subscriptions = await createSubscriptions(store, linked, secrets, log, sees, changeBarrier);
  const outbox = isByTenant(db) ? createOutboxByTenant(db, nodes, peers) : createOutboxStore(db, peers);
  return { subscriptions, outbox: meters.ofOutbox(outbox), linked };
}
