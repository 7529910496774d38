import type { Secrets } from '../../database/secrets.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import type { PendingSourceNotification, TriggerReason } from '../../model/pending-notification.ts';
import type { JsonObject } from '../../model/values.ts';
import type { OutboxStore } from '../../notifications/outbox/outbox.ts';
import { type ChangeTracker, follow } from '../../processes/followed-table.ts';
import { openRule } from '../../subscriptions/endpoint-secrets.ts';
import { recordedExpander } from '../../subscriptions/parse/recorded-names.ts';
import { subscriptionStatus } from '../../subscriptions/subscription.ts';
import type { StoredSubscription, SubscriptionStore } from '../../subscriptions/subscription-store.ts';
import { nextUuidV7 } from '../../subscriptions/uuid-v7.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { type RegistrationState, type Registrations, stateOf } from '../registrations/registrations.ts';
import { matchSource, parseSourceSubscription, type SourceRule } from './source-rule.ts';

/** The most registrations in one notification; the rest goes into further notifications. */
const PAGE = 500;

interface SourceSubscriptionParts {
  readonly store: SubscriptionStore;
  readonly registrations: Registrations;
  readonly outbox: OutboxStore;
  readonly secrets: Secrets;
  readonly log: { error(fields: object, message: string): void };
  readonly changeBarrier?: ChangeTracker;
}

/** The subscriptions to registrations (5.11), kept in memory and matched there. */
export class SourceSubscriptions {
  readonly store: SubscriptionStore;
  readonly parse = parseSourceSubscription;
  readonly #parts: SourceSubscriptionParts;
  readonly #rules = new Map<string, Map<string, SourceRule>>();
  #accept: (entries: readonly OutboxEntry[]) => void = () => {};
  #wake: () => void = () => {};
  #stopFollowing: () => Promise<void> = async () => {};

  constructor(parts: SourceSubscriptionParts) {
    this.store = parts.store;
    this.#parts = parts;
  }

  /**
   * Loads the subscriptions and follows changes made by other processes.
   *
   * @param accept sends entries that were written to the outbox
   *
   * @param wake called whenever a subscription with a time interval is created or changed
   */
  async start(accept: (entries: readonly OutboxEntry[]) => void, wake: () => void): Promise<void> {
    this.#accept = accept;
    this.#wake = wake;
    const put = ({ tenant, document, names, serves }: StoredSubscription) => {
      // A subscription created for a subscription to entities sends no notifications itself.
      if (serves === undefined) this.put(parseSourceSubscription(tenant, document, recordedExpander(names)));
    };
    const remove = (tenant: string, id: string) => this.remove(tenant, id);
    const { log, changeBarrier } = this.#parts;
    this.#stopFollowing = await follow(this.store, { what: 'subscription', put, remove }, log, changeBarrier);
    this.#parts.registrations.watch({
      notificationsOf: (before, after) => this.#notificationsFor(before, after),
      committed: (entries) => this.#accept(entries),
    });
  }

  /** Over all tenants. */
  count(): number {
    let count = 0;
    for (const rules of this.#rules.values()) count += rules.size;
    return count;
  }

  get(tenant: string, id: string): SourceRule | undefined {
    return this.#rules.get(tenant)?.get(id);
  }

  put(rule: SourceRule): void {
    let rules = this.#rules.get(rule.tenant);
    if (rules === undefined) {
      rules = new Map();
      this.#rules.set(rule.tenant, rules);
    }
    rules.set(rule.id, openRule(rule, this.#parts.secrets));
    if (rule.timeIntervalMs !== undefined) this.#wake();
  }

  remove(tenant: string, id: string): void {
    const rules = this.#rules.get(tenant);
    rules?.delete(id);
    if (rules?.size === 0) this.#rules.delete(tenant);
  }

  /** 5.11.7: a created or changed subscription is notified of all matches. */
  async begin(tenant: string, id: string): Promise<void> {
    const entries = await this.round(tenant, id, 'newlyMatching');
    await this.#parts.outbox.owe(entries);
    this.#accept(entries);
  }

  /** The initial notification, and that of each time interval, which finds them updated: all matches. */
  async round(tenant: string, id: string, reason: TriggerReason = 'updated'): Promise<OutboxEntry[]> {
    const rule = this.get(tenant, id);
    const now = Date.now();
    if (rule === undefined || subscriptionStatus(rule, now) !== 'active') return [];
    const { index, store } = this.#parts.registrations;
    const ids = index.search(tenant, rule.query, now).map(({ registration }) => registration.id);
    const entries: OutboxEntry[] = [];
    for (let offset = 0; offset < ids.length; offset += PAGE) {
      const sources = (await store.list(tenant, ids.slice(offset, offset + PAGE))).flatMap((stored) => {
        const state = stateOf(stored);
        const match = matchSource(rule, state.registration, now);
        return match === undefined ? [] : [matchingPart(state, match)];
      });
      if (sources.length > 0) entries.push(this.#entry(rule, '', reason, sources));
    }
    return entries;
  }

  async close(): Promise<void> {
    await this.#stopFollowing();
  }

  #notificationsFor(before: RegistrationState | undefined, after: RegistrationState | undefined): OutboxEntry[] {
    const { tenant, id } = (after ?? before)?.registration ?? {};
    const entries: OutboxEntry[] = [];
    const now = Date.now();
    for (const rule of this.#rules.get(tenant ?? '')?.values() ?? []) {
      if (rule.timeIntervalMs !== undefined || subscriptionStatus(rule, now) !== 'active') continue;
      // A registration that has just expired did match until now.
      const matched = before && matchSource(rule, before.registration, 0);
      const matches = after && matchSource(rule, after.registration, now);
      if (after !== undefined && matches !== undefined) {
        const reason = matched === undefined ? 'newlyMatching' : 'updated';
        entries.push(this.#entry(rule, id ?? '', reason, [matchingPart(after, matches)]));
      } else if (before !== undefined && matched !== undefined) {
        entries.push(this.#entry(rule, id ?? '', 'noLongerMatching', [matchingPart(before, matched)]));
      }
    }
    return entries;
  }

  #entry(rule: SourceRule, id: string, triggerReason: TriggerReason, sources: readonly JsonObject[]): OutboxEntry {
    const now = new Date();
    const payload = { at: now.toISOString(), triggerReason, sources } satisfies PendingSourceNotification;
    return {
      id: nextUuidV7(),
      tenant: rule.tenant,
      subscriptionId: rule.id,
      entityId: id,
      version: now.getTime(),
      payload,
    };
  }
}

/** 5.11.7: only the matching parts of a registration. */
function matchingPart({ registration, document }: RegistrationState, match: RegistrationMatch): JsonObject {
  const isTold = registration.information.map((info) => match.information.includes(info));
  return { ...document, information: document.information.filter((_info, place) => isTold[place]) };
}
