import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { systemCaller } from '../../access/caller.ts';
import type { Contexts } from '../../context/contexts.ts';
import type { Secrets } from '../../database/secrets.ts';
import type { JsonObject } from '../../model/values.ts';
import type { SubscriptionRule } from '../../subscriptions/rule.ts';
import type { StoredSubscription } from '../../subscriptions/subscription-store.ts';
import type { Subscriptions } from '../../subscriptions/subscriptions.ts';
import { sourceName } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { type SourceCall, type SourceReply, segment } from '../calls/source-call.ts';
import type { SourceClient } from '../calls/source-client.ts';
import { parseVia } from '../calls/via.ts';
import { rootOf } from '../registrations/parse/parse-source.ts';
import type { Registration } from '../registrations/registration.ts';
import { opened, type Registrations } from '../registrations/registrations.ts';
import { openPairs, ownerOfSource } from '../registrations/source-secrets.ts';
import { CopyQueue } from './copy-queue.ts';
import { changeOf, copiedFor, copyOf, registrationQueryOf, servingDocument } from './source-copy.ts';
import type { SourceCopy, SourceCopyKey, SourceCopyStore } from './source-copy-store.ts';

interface SourceCopiesParts {
  readonly store: SourceCopyStore;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly client: SourceClient;
  readonly contexts: Contexts;
  readonly secrets: Secrets;
  /** The URL to which sources send their notifications. */
  readonly receiver: string;
  /** Makes this process the one that maintains the copies; undefined: another process does. */
  readonly becomeMaintainer: () => Promise<(() => Promise<void>) | undefined>;
  /** Whether the owner of a subscription may see everything: sources don't know this broker's access rights. */
  readonly mayAskSources: (rule: SubscriptionRule) => boolean;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How often to look whether the role is free, and for expired registrations. */
  readonly sweepMs: number;
  readonly log: {
    error(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/** Deleting a copy at a source that can't be reached is given up after this time. */
const GIVE_UP_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** The desired copy of a subscription at a source. */
interface Wanted {
  readonly stored: StoredSubscription;
  readonly rule: SubscriptionRule;
  readonly registration: Registration;
  readonly document: JsonObject;
}

type Outcome =
  | 'done'
  /** It can't be reached now. */
  | 'later'
  /** It refuses permanently. */
  | 'refused'
  /** It doesn't have the copy. */
  | 'missing'
  /** It already has a subscription with this id. */
  | 'there'
  /** It leads back to this broker. */
  | 'loop';

/**
 * Maintains copies of subscriptions at context sources (5.8.1.4). Whenever subscriptions or registrations change, and
 * after each start, the desired and the existing copies are compared until they agree.
 */
export class SourceCopies {
  readonly #parts: SourceCopiesParts;
  readonly #queue: CopyQueue<SourceCopyKey>;
  /** By tenant, subscription and registration. */
  readonly #copies = new Map<string, Map<string, Map<string, SourceCopy>>>();
  #leaveOffice: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(parts: SourceCopiesParts) {
    this.#parts = parts;
    this.#queue = new CopyQueue({
      key: keyOf,
      group: ({ tenant, registrationId }) => JSON.stringify([tenant, registrationId]),
      work: (key) => this.#settle(key),
      firstPauseMs: parts.firstPauseMs,
      longestPauseMs: parts.longestPauseMs,
    });
  }

  async start(): Promise<void> {
    const { subscriptions, registrations, sweepMs } = this.#parts;
    subscriptions.onChange((tenant, id) => this.#subscriptionChanged(tenant, id));
    registrations.onChange((tenant, id) => this.#registrationChanged(tenant, id));
    await this.#sweep();
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.#sweep().finally(() => {
        this.#sweeping = undefined;
      });
    }, sweepMs);
    this.#timer.unref();
  }

  /** The next process in this role does what remains. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#queue.close();
    await this.#leaveOffice?.();
  }

  async #sweep(): Promise<void> {
    const { becomeMaintainer, store, log } = this.#parts;
    try {
      if (this.#leaveOffice === undefined) {
        this.#leaveOffice = await becomeMaintainer();
        if (this.#leaveOffice !== undefined) await this.#takeUp();
      } else await store.forgetPassed();
      if (this.#leaveOffice === undefined) return;
      for (const copy of this.#all()) {
        const rule = this.#parts.subscriptions.get(copy.tenant, copy.subscriptionId);
        if (rule?.expiresAt !== undefined && rule.expiresAt <= Date.now()) this.#queue.add(copy);
      }
    } catch (error) {
      log.error({ error }, 'Could not maintain the copies of subscriptions at context sources');
    }
  }

  /** Compares all existing and desired copies once. */
  async #takeUp(): Promise<void> {
    const { store, registrations } = this.#parts;
    for (const copy of await store.all()) this.#hold(copy);
    for (const copy of this.#all()) this.#queue.add(copy);
    for (const tenant of registrations.index.tenants()) {
      for (const rule of this.#parts.subscriptions.all(tenant)) this.#subscriptionChanged(tenant, rule.id);
    }
  }

  #subscriptionChanged(tenant: string, id: string): void {
    if (this.#leaveOffice === undefined) return;
    const concerned = new Set(this.#copies.get(tenant)?.get(id)?.keys());
    const { index } = this.#parts.registrations;
    const rule = this.#parts.subscriptions.get(tenant, id);
    if (rule !== undefined && index.mayConcern(tenant, 'createSubscription')) {
      for (const { registration } of index.search(tenant, registrationQueryOf(rule))) concerned.add(registration.id);
    }
    for (const registrationId of concerned) this.#queue.add({ tenant, subscriptionId: id, registrationId });
  }

  #registrationChanged(tenant: string, id: string): void {
    if (this.#leaveOffice === undefined) return;
    const registration = this.#parts.registrations.index.get(tenant, id);
    const concerned = new Set<string>();
    for (const [subscriptionId, copies] of this.#copies.get(tenant) ?? []) {
      if (copies.has(id)) concerned.add(subscriptionId);
    }
    if (registration !== undefined) {
      for (const rule of this.#parts.subscriptions.all(tenant)) {
        if (copiedFor(rule, registration, Date.now())) concerned.add(rule.id);
      }
    }
    if (concerned.size === 0) return;
    for (const subscriptionId of concerned) this.#queue.add({ tenant, subscriptionId, registrationId: id });
    this.#queue.resume(JSON.stringify([tenant, id]));
  }

  /** Brings a copy at a source to its desired state; false: the source can't be reached now. */
  async #settle(key: SourceCopyKey): Promise<boolean> {
    const copy = this.#copies.get(key.tenant)?.get(key.subscriptionId)?.get(key.registrationId);
    try {
      const wanted = await this.#wanted(key);
      if (copy === undefined) return wanted === undefined ? true : await this.#add(key, wanted);
      if (wanted === undefined || isElsewhere(copy, wanted.registration)) {
        const isGone = await this.#withdraw(copy);
        return isGone && wanted !== undefined ? await this.#add(key, wanted) : isGone;
      }
      return await this.#bring(copy, wanted);
    } catch (error) {
      this.#parts.log.error({ error, ...key }, 'Could not copy a subscription to a context source');
      return false;
    }
  }

  async #wanted({ tenant, subscriptionId, registrationId }: SourceCopyKey): Promise<Wanted | undefined> {
    const { subscriptions, registrations, client, mayAskSources, receiver } = this.#parts;
    const rule = subscriptions.get(tenant, subscriptionId);
    const registration = registrations.index.get(tenant, registrationId);
    if (rule === undefined || registration === undefined) return undefined;
    const match = copiedFor(rule, registration, Date.now());
    if (match === undefined || !registration.operations.has('createSubscription') || !mayAskSources(rule))
      return undefined;
    const stored = await subscriptions.store.get(tenant, subscriptionId);
    if (stored === undefined) return undefined;
    const names = await client.namesFor(registration, await this.#originOf(rule));
    const document = copyOf(stored, rule, match, names, receiver);
    return document && { stored, rule, registration, document };
  }

  async #originOf({ tenant, jsonldContext, via }: SubscriptionRule): Promise<Origin> {
    const { contexts } = this.#parts;
    const context = contexts.cached(jsonldContext) ?? (await contexts.resolve(jsonldContext));
    return { tenant, caller: systemCaller(tenant), context, via: parseVia(via), headers: {}, warnings: [] };
  }

  /** A copy is stored before it is forwarded. */
  async #add(key: SourceCopyKey, wanted: Wanted): Promise<boolean> {
    const { store, registrations } = this.#parts;
    const { tenant, subscriptionId, registrationId } = key;
    const source = await registrations.store.get(tenant, registrationId);
    if (source === undefined) return true;
    const copy = await store.insert({
      tenant,
      subscriptionId,
      registrationId,
      remoteId: `urn:ngsi-ld:Subscription:${randomUUID()}`,
      registration: { document: source.document, createdAt: source.createdAt.toISOString() },
    });
    this.#hold(copy);
    return this.#bring(copy, wanted);
  }

  /** Creates or updates the copy at the source. */
  async #bring(copy: SourceCopy, wanted: Wanted): Promise<boolean> {
    const { registration, document, rule, stored } = wanted;
    if (copy.document !== undefined && isDeepStrictEqual(copy.document, document)) return true;
    const { store, receiver } = this.#parts;
    await store.serve(copy.tenant, rule.id, servingDocument(stored, servingId(copy), receiver));
    const create = { method: 'POST', path: '/subscriptions', body: { id: copy.remoteId, ...document } } as const;
    const path = `/subscriptions/${segment(copy.remoteId)}`;
    const update = { method: 'PATCH', path, body: changeOf(copy.document ?? {}, document) } as const;
    const origin = await this.#originOf(rule);
    const canUpdate = registration.operations.has('updateSubscription');

    if (copy.document !== undefined) {
      if (!canUpdate) return (await this.#withdraw(copy)) && (await this.#add(copy, wanted));
      const { outcome, error } = await this.#send(registration, origin, update);
      if (outcome === 'done') return this.#confirm(copy, wanted);
      if (outcome !== 'missing') return this.#failed(copy, registration, outcome, error);
    }
    const { outcome, error, location } = await this.#send(registration, origin, create);
    if (outcome === 'done') return this.#confirm({ ...copy, remoteId: location ?? copy.remoteId }, wanted);
    // The copy was created before this process, or the previous one in this role, had recorded it.
    if (outcome === 'there' && canUpdate) {
      const later = await this.#send(registration, origin, update);
      if (later.outcome === 'done') return this.#confirm(copy, wanted);
      return this.#failed(copy, registration, later.outcome, later.error);
    }
    if (outcome === 'there') return this.#confirm(copy, wanted);
    if (outcome === 'loop') {
      await this.#drop(copy);
      return true;
    }
    return this.#failed(copy, registration, outcome, error);
  }

  async #confirm(copy: SourceCopy, { document }: Wanted): Promise<boolean> {
    const { error: _error, failingSince: _since, ...held } = { ...copy, document };
    await this.#parts.store.confirm(held);
    this.#hold(held);
    return true;
  }

  /** True: trying again is useless before something changes. */
  async #failed(copy: SourceCopy, registration: Registration, outcome: Outcome, error: string): Promise<boolean> {
    const { store, log } = this.#parts;
    const text = `${sourceName(registration)}: ${error}`;
    if (copy.error === undefined) {
      const fields = { tenant: copy.tenant, subscription: copy.subscriptionId, source: text };
      log.warn(fields, 'A context source refuses the copy of a subscription');
    }
    if (copy.error !== text) await store.fail(copy, text);
    this.#hold({ ...copy, error: text, failingSince: copy.failingSince ?? new Date() });
    return outcome !== 'later';
  }

  /** Deletes the copy at the source (5.8.5.4); true: it is deleted, or given up. */
  async #withdraw(copy: SourceCopy): Promise<boolean> {
    const registration = this.#registrationOf(copy);
    if (registration.operations.has('deleteSubscription')) {
      const { tenant } = copy;
      const { core } = this.#parts.contexts;
      const caller = systemCaller(tenant);
      const origin: Origin = { tenant, caller, context: core, via: parseVia(undefined), headers: {}, warnings: [] };
      const path = `/subscriptions/${segment(copy.remoteId)}`;
      const { outcome, error } = await this.#send(registration, origin, { method: 'DELETE', path });
      const isOver = Date.now() - (copy.failingSince?.getTime() ?? Date.now()) > GIVE_UP_AFTER_MS;
      if (outcome === 'later' && !isOver) return this.#failed(copy, registration, outcome, error);
    }
    await this.#drop(copy);
    return true;
  }

  async #drop(copy: SourceCopy): Promise<void> {
    await this.#parts.store.remove(copy);
    const copies = this.#copies.get(copy.tenant)?.get(copy.subscriptionId);
    copies?.delete(copy.registrationId);
    if (copies?.size === 0) this.#copies.get(copy.tenant)?.delete(copy.subscriptionId);
  }

  async #send(registration: Registration, origin: Origin, call: SourceCall) {
    const reply = await this.#parts.client.send(registration, origin, () => call);
    return { ...outcomeOf(reply), location: locationOf(reply) };
  }

  /** The registration at the time when the source got its copy, because it may have changed or been deleted. */
  #registrationOf({ tenant, registrationId: id, registration }: SourceCopy): Registration {
    const { document, createdAt } = registration as { document: unknown; createdAt: string }; // written only by this broker
    const at = new Date(createdAt);
    const forwards = { timesSent: 0, timesFailed: 0 };
    const found = opened({ tenant, id, document, createdAt: at, modifiedAt: at, forwards });
    const owner = ownerOfSource(tenant, id);
    return { ...found, contextSourceInfo: openPairs(found.contextSourceInfo, owner, this.#parts.secrets) };
  }

  #hold(copy: SourceCopy): void {
    const ofTenant = entryAt(this.#copies, copy.tenant);
    entryAt(ofTenant, copy.subscriptionId).set(copy.registrationId, copy);
  }

  *#all(): Iterable<SourceCopy> {
    for (const ofTenant of this.#copies.values()) for (const copies of ofTenant.values()) yield* copies.values();
  }
}

function keyOf({ tenant, subscriptionId, registrationId }: SourceCopyKey): string {
  return JSON.stringify([tenant, subscriptionId, registrationId]);
}

function entryAt<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let value = map.get(key);
  if (value === undefined) {
    value = new Map();
    map.set(key, value);
  }
  return value;
}

/** The same for each copy of a subscription. */
function servingId({ subscriptionId }: SourceCopyKey): string {
  return `urn:ngsi-ld:Subscription:serving:${Buffer.from(subscriptionId).toString('base64url')}`;
}

/** Whether the copy is at another source than the one now registered. */
function isElsewhere({ registration }: SourceCopy, { endpoint, sourceTenant }: Registration): boolean {
  const { document } = registration as { document: { endpoint: string; tenant?: string } }; // written only by this broker
  return rootOf(document.endpoint) !== endpoint || document.tenant !== sourceTenant;
}

function outcomeOf(reply: SourceReply): { outcome: Outcome; error: string } {
  if (reply.kind === 'silence') return { outcome: 'later', error: reply.reason };
  const { status } = reply;
  const error = `it answered with status ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'done', error };
  if (status === 404) return { outcome: 'missing', error };
  if (status === 409) return { outcome: 'there', error };
  if (status === 508) return { outcome: 'loop', error };
  return { outcome: status >= 500 || status === 429 ? 'later' : 'refused', error };
}

/** The id that a source assigned to a copy. */
function locationOf(reply: SourceReply): string | undefined {
  const location = reply.kind === 'answer' && reply.status === 201 ? reply.headers.location : undefined;
  const id = typeof location === 'string' ? decodeURIComponent(location.split('/').at(-1) ?? '') : '';
  return id === '' ? undefined : id;
}
