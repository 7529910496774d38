import { type Visibility, visibleChange } from '../access/visibility.ts';
import type { Secrets } from '../database/secrets.ts';
import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { OwedNotification } from '../model/owed-notification.ts';
import { type ChangeTracker, follow } from '../processes/followed-table.ts';
import { matchesQ } from '../query/q/match-q.ts';
import { linkDepth } from '../query/q/q-tree.ts';
import { openRule } from './endpoint-secrets.ts';
import { SubscriptionIndex } from './index/subscription-index.ts';
import { matchesChange } from './match-change.ts';
import { owedFor, plainOwed, visibleOwed } from './owed-notification.ts';
import { DEFAULT_TRIGGERS, parseSubscription } from './parse/parse-subscription.ts';
import { recordedExpander } from './parse/recorded-names.ts';
import type { SubscriptionRule } from './rule.ts';
import { type Subscription, type SubscriptionOwner, subscriptionStatus } from './subscription.ts';
import type { StoredSubscription, SubscriptionStore } from './subscription-store.ts';
import { Throttling } from './throttling.ts';
import { nextUuidV7 } from './uuid-v7.ts';

/** The subscriptions in force, held in memory and matched there. */
export interface Subscriptions {
  readonly store: SubscriptionStore;
  /** @throws NgsiLdError BadRequestData */
  readonly parse: typeof parseSubscription;
  readonly defaultTriggers: readonly string[];
  /** How many there are, of all tenants. */
  count(): number;
  get(tenant: string, id: string): SubscriptionRule | undefined;
  /** Puts a rule in force that the store holds already. */
  put(rule: SubscriptionRule): void;
  remove(tenant: string, id: string): void;
  /** The `owed` of the write lane: what a change owes, synchronously and without the database. */
  owed(change: EntityChange): readonly OutboxEntry[];
  /** Whether a notification of a change at this time may be sent, as throttling goes here; opens the next pause if so. */
  admits(subscription: Subscription, at: number, request?: string): boolean;
  /** The same for all processes together, asked of the database just before it is sent. */
  claims(subscription: Subscription, entryId: string, at: number): Promise<boolean>;
  /** Of a subscription that asks of linked entities: whether what they are like now satisfies its `q`. */
  confirms(subscription: Subscription, owed: OwedNotification): Promise<boolean>;
  /** What the owner of a subscription may see by now of what it is owed; undefined: nothing. */
  visible(subscription: Subscription, owed: OwedNotification): OwedNotification | undefined;
  /** Has `wake` called whenever a subscription with a time interval comes or changes. */
  onInterval(wake: () => void): void;
  /** Those of a tenant. */
  all(tenant: string): Iterable<SubscriptionRule>;
  /** Has `changed` called whenever a subscription comes, changes or goes, whichever process made the change. */
  onChange(changed: (tenant: string, id: string) => void): void;
  close(): Promise<void>;
}

/** The entities that others link to, so many hops away. */
type LinkedEntities = (
  tenant: string,
  roots: readonly Entity[],
  options: { readonly joinLevel: number },
  owner: SubscriptionOwner | undefined,
) => Promise<readonly { readonly entity: Entity }[]>;

/** What the owner of a subscription may read of the tenant by now. */
export type Sees = (owner: SubscriptionOwner, tenant: string) => Visibility;

interface Log {
  error(fields: object, message: string): void;
}

/** Loads the subscriptions and follows the changes that other processes make of them. */
export async function createSubscriptions(
  store: SubscriptionStore,
  linked: LinkedEntities,
  secrets: Secrets,
  log: Log,
  sees: Sees = () => 'all',
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
    if (isFirst) throttling.restore(rule, stored.delivery.toldAt ?? stored.delivery.lastNotification);
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
    owed: (change) => owed(index, throttling, change, sees),
    admits: (subscription, at, request) => throttling.admits(subscription, at, request),
    async claims(subscription, entryId, at) {
      const { tenant, id, throttlingMs } = subscription;
      if (throttlingMs === undefined) return true;
      const { isClaimed, toldAt } = await store.claimTurn(tenant, id, entryId, new Date(at), throttlingMs);
      if (!isClaimed) throttling.restore(subscription, toldAt);
      return isClaimed;
    },
    async confirms({ tenant, id }, owed) {
      const q = index.get(tenant, id)?.linkedQ;
      if (q === undefined) return true;
      const entity = owed.asBefore ?? owed.entity;
      const found = await linked(tenant, [entity], { joinLevel: linkDepth(q) }, index.get(tenant, id)?.owner);
      const byId = new Map(found.map((each) => [each.entity.id, each.entity]));
      return matchesQ(q, entity, { at: owed.at, linked: (target) => byId.get(target) });
    },
    visible: ({ tenant, owner }, owed) => (owner === undefined ? owed : visibleOwed(sees(owner, tenant), owed)),
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

/** The rule a stored subscription stands for. */
export function ruleOf(stored: StoredSubscription): SubscriptionRule {
  const rule = parseSubscription(stored.tenant, stored.document, recordedExpander(stored.names));
  const { owner, via } = stored;
  return owner === undefined && via === undefined ? rule : { ...rule, ...(owner && { owner }), ...(via && { via }) };
}

const NONE: readonly OutboxEntry[] = [];

function owed(index: SubscriptionIndex, throttling: Throttling, change: EntityChange, sees: Sees) {
  let entries: OutboxEntry[] | undefined;
  let now = 0;
  let plain: ReturnType<typeof plainOwed> | undefined;
  index.search(change, (rule) => {
    now ||= Date.now();
    if (subscriptionStatus(rule, now) !== 'active') return;
    const shown = rule.owner === undefined ? change : visibleChange(sees(rule.owner, rule.tenant), change);
    if (shown === undefined || !matchesChange(rule, shown)) return;
    if (rule.throttlingMs !== undefined && throttling.isOver(rule, Date.parse(change.at), change.request)) return;
    plain ??= plainOwed(change);
    entries ??= [];
    entries.push({
      id: nextUuidV7(),
      tenant: rule.tenant,
      subscriptionId: rule.id,
      entityId: change.entityId,
      version: 0,
      payload: owedFor(rule, shown, plain, change),
    });
  });
  return entries ?? NONE;
}
