import { type Visibility, visibleChange } from '../access/visibility.ts';
import type { Secrets } from '../database/secrets.ts';
import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { PendingNotification } from '../model/pending-notification.ts';
import { type ChangeTracker, follow } from '../processes/followed-table.ts';
import { matchesQ } from '../query/q/match-q.ts';
import { linkDepth } from '../query/q/q-tree.ts';
import { openRule } from './endpoint-secrets.ts';
import { SubscriptionIndex } from './index/subscription-index.ts';
import { matchesChange } from './match-change.ts';
import { DEFAULT_TRIGGERS, parseSubscription } from './parse/parse-subscription.ts';
import { recordedExpander } from './parse/recorded-names.ts';
import { pendingFor, plainNotification, visiblePart } from './pending-notification.ts';
import type { SubscriptionRule } from './rule.ts';
import { type Subscription, type SubscriptionOwner, subscriptionStatus } from './subscription.ts';
import type { StoredSubscription, SubscriptionStore } from './subscription-store.ts';
import { Throttling } from './throttling.ts';
import { nextUuidV7 } from './uuid-v7.ts';

/** The active subscriptions, kept in memory and matched there. */
export interface Subscriptions {
  readonly store: SubscriptionStore;
  /** @throws NgsiLdError BadRequestData */
  readonly parse: typeof parseSubscription;
  readonly defaultTriggers: readonly string[];
  /** Over all tenants. */
  count(): number;
  get(tenant: string, id: string): SubscriptionRule | undefined;
  /** Activates a rule that the store already holds. */
  put(rule: SubscriptionRule): void;
  remove(tenant: string, id: string): void;
  /** See `ChangeListener.notificationsOf`: the notifications that a change causes. Synchronous and without database access. */
  notificationsOf(change: EntityChange): readonly OutboxEntry[];
  /**
   * Whether throttling in this process allows a notification of a change at this time; if so, starts the next pause.
   */
  admits(subscription: Subscription, at: number, request?: string): boolean;
  /** The same over all processes. Asks the database, right before sending. */
  claims(subscription: Subscription, entryId: string, at: number): Promise<boolean>;
  /** For a subscription that refers to linked entities: whether their current state satisfies its `q`. */
  confirms(subscription: Subscription, pending: PendingNotification): Promise<boolean>;
  /** The part of a notification that the owner of the subscription may currently see; undefined: nothing. */
  visible(subscription: Subscription, pending: PendingNotification): PendingNotification | undefined;
  /** Calls `wake` whenever a subscription with a time interval is created or changed. */
  onInterval(wake: () => void): void;
  /** The subscriptions of a tenant. */
  all(tenant: string): Iterable<SubscriptionRule>;
  /** Calls `changed` whenever a subscription is created, changed or deleted, in any process. */
  onChange(changed: (tenant: string, id: string) => void): void;
  close(): Promise<void>;
}

/** Returns the entities that the given ones link to, up to a number of hops. */
type LinkedEntities = (
  tenant: string,
  roots: readonly Entity[],
  options: { readonly joinLevel: number },
  owner: SubscriptionOwner | undefined,
) => Promise<readonly { readonly entity: Entity }[]>;

/** Returns what the owner of a subscription may currently read in the tenant. */
export type OwnerVisibility = (owner: SubscriptionOwner, tenant: string) => Visibility;

interface Log {
  error(fields: object, message: string): void;
}

/** Loads the subscriptions and follows changes made by other processes. */
export async function createSubscriptions(
  store: SubscriptionStore,
  linked: LinkedEntities,
  secrets: Secrets,
  log: Log,
  sees: OwnerVisibility = () => 'all',
  changeBarrier?: ChangeTracker,
): Promise<Subscriptions> {
  const index = new SubscriptionIndex();
  const throttling = new Throttling();
  const remove = (tenant: string, id: string) => {
    index.remove(tenant, id);
    throttling.forget(tenant, id);
    changed(tenant, id);
  };
  let wake = () => {};
  let changed = (_tenant: string, _id: string) => {};
  const put = (rule: SubscriptionRule) => {
    index.put(openRule(rule, secrets));
    if (rule.timeIntervalMs !== undefined) wake();
    changed(rule.tenant, rule.id);
  };
  const putStored = (stored: StoredSubscription, isFirst: boolean) => {
    const rule = ruleOf(stored);
    put(rule);
    if (isFirst) throttling.restore(rule, stored.delivery.lastNotifiedAt ?? stored.delivery.lastNotification);
  };
  const stopFollowing = await follow(store, { what: 'subscription', put: putStored, remove }, log, changeBarrier);

  return {
    store,
    parse: parseSubscription,
    defaultTriggers: DEFAULT_TRIGGERS,
    count: () => index.size,
    get: (tenant, id) => index.get(tenant, id),
    put,
    remove,
    notificationsOf: (change) => notificationsOf(index, throttling, change, sees),
    admits: (subscription, at, request) => throttling.admits(subscription, at, request),
    async claims(subscription, entryId, at) {
      const { tenant, id, throttlingMs } = subscription;
      if (throttlingMs === undefined) return true;
      const { isClaimed, lastNotifiedAt } = await store.claimTurn(tenant, id, entryId, new Date(at), throttlingMs);
      if (!isClaimed) throttling.restore(subscription, lastNotifiedAt);
      return isClaimed;
    },
    async confirms({ tenant, id }, pending) {
      const q = index.get(tenant, id)?.linkedQ;
      if (q === undefined) return true;
      const entity = pending.asBefore ?? pending.entity;
      const found = await linked(tenant, [entity], { joinLevel: linkDepth(q) }, index.get(tenant, id)?.owner);
      const byId = new Map(found.map((each) => [each.entity.id, each.entity]));
      return matchesQ(q, entity, { at: pending.at, linked: (target) => byId.get(target) });
    },
    visible: ({ tenant, owner }, pending) =>
      owner === undefined ? pending : visiblePart(sees(owner, tenant), pending),
    onInterval(onWake) {
      wake = onWake;
    },
    all: (tenant) => index.all(tenant),
    onChange(onChange) {
      changed = onChange;
    },
    close: stopFollowing,
  };
}

/** Parses a stored subscription. */
export function ruleOf(stored: StoredSubscription): SubscriptionRule {
  const rule = parseSubscription(stored.tenant, stored.document, recordedExpander(stored.names));
  const { owner, via } = stored;
  return owner === undefined && via === undefined ? rule : { ...rule, ...(owner && { owner }), ...(via && { via }) };
}

const NONE: readonly OutboxEntry[] = [];

function notificationsOf(
  index: SubscriptionIndex,
  throttling: Throttling,
  change: EntityChange,
  sees: OwnerVisibility,
) {
  let entries: OutboxEntry[] | undefined;
  let now = 0;
  let plain: ReturnType<typeof plainNotification> | undefined;
  index.search(change, (rule) => {
    now ||= Date.now();
    if (subscriptionStatus(rule, now) !== 'active') return;
    const shown = rule.owner === undefined ? change : visibleChange(sees(rule.owner, rule.tenant), change);
    if (shown === undefined || !matchesChange(rule, shown)) return;
    if (rule.throttlingMs !== undefined && throttling.isOver(rule, Date.parse(change.at), change.request)) return;
    plain ??= plainNotification(change);
    entries ??= [];
    entries.push({
      id: nextUuidV7(),
      tenant: rule.tenant,
      subscriptionId: rule.id,
      entityId: change.entityId,
      version: 0,
      payload: pendingFor(rule, shown, plain, change),
    });
  });
  return entries ?? NONE;
}
