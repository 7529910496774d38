import { createHash } from 'node:crypto';
import { systemCaller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { Database } from '../../database/database.ts';
import { linkedEntities } from '../../entities/linked-entities.ts';
import { retrieveEntity as stored } from '../../entities/read/entity-queries.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import { type Entity, UNKNOWN_TIME } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { PendingNotification } from '../../model/pending-notification.ts';
import { badMember, checkUri, isJsonObject, type JsonObject } from '../../model/values.ts';
import { matchesQ } from '../../query/q/match-q.ts';
import { linkDepth } from '../../query/q/q-tree.ts';
import { asEntitySelector } from '../../subscriptions/parse/parse-subscription.ts';
import type { SubscriptionRule } from '../../subscriptions/rule.ts';
import { subscriptionStatus } from '../../subscriptions/subscription.ts';
import { nextUuidV7 } from '../../subscriptions/uuid-v7.ts';
import { type Federation, supported } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { parseVia } from '../calls/via.ts';
import { GatheredEntities } from '../read/gather-entities.ts';
import { linkedDistributed } from '../read/linked-distributed.ts';
import { registeredPart, retrieveFromSources } from '../read/read-sources.ts';
import { READ_OPERATIONS } from '../read/retrieve-distributed.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { isRequested } from '../registrations/narrow-query.ts';
import { readNotified } from './received-notification.ts';
import { copiedFor } from './source-copy.ts';
import type { ForwardedNotification, SourceCopyStore } from './source-copy-store.ts';

export interface ReceptionParts {
  readonly db: Database;
  readonly federation: Federation;
  readonly copies: SourceCopyStore;
  readonly subscription: (tenant: string, id: string) => SubscriptionRule | undefined;
  /** Sends entries that were written to the outbox. */
  readonly accept: (entries: readonly OutboxEntry[]) => void;
  /** The @context of a document or a notification. If it can't be fetched, the one used in requests to the source. */
  readonly namesOf: (value: unknown, asked: () => Promise<Context>) => Promise<Context>;
}

/** The local subscription behind a copy, with its registration. */
interface ReceivedCopy {
  readonly rule: SubscriptionRule;
  readonly match: RegistrationMatch;
  readonly origin: Origin;
}

/**
 * Passes a notification of a context source on to the subscriber (5.8.6): only what matches, under the id of the local
 * subscription, and nothing that was passed on before.
 *
 * @param context the URL given in the request; absent: the core context, or one in each document
 *
 * @param hops the number of notifications in the chain, including this one
 *
 * @throws NgsiLdError ResourceNotFound: no subscription has been copied under this id; BadRequestData: it is not a
 * notification
 */
export async function receiveNotification(
  parts: ReceptionParts,
  body: JsonObject,
  context?: string,
  hops?: number,
): Promise<void> {
  const remoteId = checkUri(body.subscriptionId, 'subscriptionId');
  if (!Array.isArray(body.data)) throw badMember('data', body.data, 'an array of entities, as requested');
  const { federation } = parts;
  const copy = await parts.copies.byRemoteId(remoteId);
  const rule = copy && parts.subscription(copy.tenant, copy.subscriptionId);
  const registration = copy && federation.registration(copy.tenant, copy.registrationId);
  const now = new Date();
  const match = rule && registration && copiedFor(rule, registration, now.getTime());
  if (rule === undefined || match === undefined) {
    throw new NgsiLdError(
      'ResourceNotFound',
      `subscriptionId: got ${remoteId}, which is not a subscription of this broker`,
    );
  }
  if (subscriptionStatus(rule, now.getTime()) !== 'active') return;

  const asked = await parts.namesOf(rule.jsonldContext, async () => federation.contextOf(undefined));
  const via = parseVia(rule.via);
  // What the owner of the subscription may see is applied on delivery.
  const { tenant } = rule;
  const origin: Origin = { tenant, caller: systemCaller(tenant), context: asked, via, headers: {}, warnings: [] };
  const passed: ForwardedNotification[] = [];
  for (const document of body.data as unknown[]) {
    const value = hasContext(document) ? document['@context'] : (context ?? body['@context']);
    const names = await parts.namesOf(value, () => federation.namesFor(match.registration, origin));
    const read = readNotified(document, names, now.toISOString());
    const notified = hops === undefined ? read : { ...read, hops };
    const pending = await pendingFor(parts, { rule, match, origin }, notified);
    if (pending !== undefined) passed.push(passedOn(rule, pending, body.id));
  }
  if (passed.length > 0) parts.accept(await parts.copies.addForwarded(passed));
}

function hasContext(document: unknown): document is { '@context': unknown } {
  return typeof document === 'object' && document !== null && '@context' in document;
}

/** The part of a received notification that concerns the subscriber; undefined: nothing. */
async function pendingFor(
  parts: ReceptionParts,
  copy: ReceivedCopy,
  notified: PendingNotification,
): Promise<PendingNotification | undefined> {
  const { rule, match } = copy;
  const fragment = registeredPart(match, notified.entity);
  if (!isRequested(match, rule.selectors?.map(asEntitySelector), fragment)) return undefined;
  const pending = { ...notified, entity: fragment };
  // A deleted entity can't be merged with others.
  if (pending.deleted || !rule.splitEntities) return pending;
  const entity = await whole(parts, copy, fragment, notified.at);
  return entity && (await fits(parts, copy, entity)) ? { ...pending, entity } : undefined;
}

/** The merged entity (5.8.6): what the source sent, with the local part and those of other sources. */
async function whole(
  { db, federation }: ReceptionParts,
  { match, origin }: ReceivedCopy,
  fragment: Entity,
  at: string,
): Promise<Entity | undefined> {
  const { id, types } = fragment;
  const selection = { kind: 'anyOf' as const, groups: types.map((type) => [type]) };
  const others = federation
    .search(origin, { selectors: [{ ids: [id], types: selection }] })
    .filter(({ registration }) => registration.id !== match.registration.id)
    .filter(({ registration }) => supported(registration, READ_OPERATIONS) !== undefined);
  const [local, contributions] = await Promise.all([
    stored(db, origin.caller, id),
    retrieveFromSources(federation, origin, others, id, undefined),
  ]);
  return new GatheredEntities([{ match, entities: [fragment] }, ...contributions]).join(id, local, at);
}

async function fits(
  { db, federation }: ReceptionParts,
  { rule, origin }: ReceivedCopy,
  entity: Entity,
): Promise<boolean> {
  if (rule.matches !== undefined && !rule.matches(entity)) return false;
  if (rule.linkedQ === undefined) return true;
  const options = { joinLevel: linkDepth(rule.linkedQ) };
  const found = await linkedEntities(db, origin.caller, [entity], options, linkedDistributed(db, federation, origin));
  const byId = new Map(found.map((each) => [each.entity.id, each.entity]));
  return matchesQ(rule.linkedQ, entity, { linked: (id) => byId.get(id) });
}

function passedOn(
  { tenant, id }: SubscriptionRule,
  pending: PendingNotification,
  notificationId: unknown,
): ForwardedNotification {
  const digest = digestOf(pending, notificationId);
  const entry = { id: nextUuidV7(), tenant, subscriptionId: id, entityId: '', version: 0, payload: pending };
  return { entry, ...(digest !== undefined && { digest }) };
}

/**
 * Identifies a state of an entity, so that it is recognised when it arrives by several ways or repeatedly. If a source
 * sends no timestamps, states can't be compared; then the id of its notification is used.
 */
function digestOf(pending: PendingNotification, notificationId: unknown): string | undefined {
  const { entity, deleted, removed = [], at } = pending;
  if (!deleted && entity.modifiedAt === UNKNOWN_TIME) {
    return typeof notificationId === 'string' ? hash([notificationId, entity.id]) : undefined;
  }
  const gone = removed.map(({ name, datasetId = '' }) => `${name} ${datasetId}`).sort();
  return hash([entity.id, deleted ? at : [entity.modifiedAt, stateOf(entity)], gone]);
}

function stateOf({ types, scopes = [], attributes }: Entity): unknown {
  const names = Object.keys(attributes).sort();
  const states = names.map((name) => [name, (attributes[name] ?? []).map((instance) => ordered(instance)).sort()]);
  return [[...types].sort(), [...scopes].sort(), states];
}

/** JSON with sorted members. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_member, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}
