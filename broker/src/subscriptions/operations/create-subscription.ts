import { randomUUID } from 'node:crypto';
import type { Secrets } from '../../database/secrets.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember, checkUri, isJsonObject, type JsonObject } from '../../model/values.ts';
import { ownerOf, sealDocument } from '../endpoint-secrets.ts';
import { type ExpanderOf, recordingExpander } from '../parse/recorded-names.ts';
import type { Subscription, SubscriptionOwner } from '../subscription.ts';
import type { SubscriptionStore } from '../subscription-store.ts';

/** The subscriptions of one kind, to entities or to registrations of sources: kept and changed alike (5.8, 5.11). */
interface SubscriptionRegister {
  readonly store: SubscriptionStore;
  /** @throws NgsiLdError BadRequestData */
  parse(tenant: string, document: JsonObject, expanderOf: ExpanderOf): Subscription;
  /** Shown where a subscription names none. */
  readonly defaultTriggers?: readonly string[];
  /** Puts in force what `parse` made and the store holds already. */
  put(subscription: Subscription): void;
  remove(tenant: string, id: string): void;
  /** One was made or changed: tells it of what matches already, where that is the way of its kind. */
  begin?(tenant: string, id: string): Promise<void>;
}

/** What the operations on subscriptions need beside their input. */
export interface SubscriptionParts {
  readonly subscriptions: SubscriptionRegister;
  readonly secrets: Secrets;
  /** @throws NgsiLdError LdContextNotAvailable: it can't be fetched; BadRequestData: it is no @context */
  readonly checkContext: (url: string) => Promise<unknown>;
  /** The guard of outgoing URLs. @throws NgsiLdError BadRequestData */
  readonly checkUrl: (url: string, member: string) => Promise<void>;
  /** Resolves when the counters are up to date. */
  readonly settled: () => Promise<void>;
}

/** Who asks, where access is enforced: their own subscriptions are all that is there for them, unless they administer. */
export interface SubscriptionCaller {
  readonly owner: SubscriptionOwner;
  readonly administers: boolean;
}

/** The @context in force, with one URL that stands for it. */
export type SubscriptionContext = NameExpander & { readonly link: string };

/** Written by the broker alone: ignored on the way in (5.2.12). */
const OUTPUT_ONLY = ['status', 'createdAt', 'modifiedAt'];
const NOTIFICATION_OUTPUT_ONLY = [
  'status',
  'timesSent',
  'timesFailed',
  'lastNotification',
  'lastSuccess',
  'lastFailure',
];

/**
 * Create Subscription (5.8.1): resolves to its id.
 *
 * @param via the brokers that it came by
 * @throws NgsiLdError BadRequestData; AlreadyExists; LdContextNotAvailable
 */
export async function createSubscription(
  parts: SubscriptionParts,
  tenant: string,
  input: JsonObject,
  context: SubscriptionContext,
  caller?: SubscriptionCaller,
  via?: string,
): Promise<string> {
  const id = input.id === undefined ? `urn:ngsi-ld:Subscription:${randomUUID()}` : checkUri(input.id, 'id');
  const document = { ...withoutOutput(input), id, jsonldContext: input.jsonldContext ?? context.link };
  const { expanderOf, names } = recordingExpander(context);
  if (input.jsonldContext !== undefined) names.jsonldContext = {};
  const owner = caller?.owner;
  const parsed = parts.subscriptions.parse(tenant, document, expanderOf);
  const rule = { ...parsed, ...(owner && { owner }), ...(via !== undefined && { via }) };
  await checkReferences(parts, rule, input);
  const sealed = sealDocument(document, ownerOf(tenant, id), parts.secrets);
  const made = { ...(owner && { owner }), ...(via !== undefined && { via }) };
  await parts.subscriptions.store.insert(tenant, id, { document: sealed, names }, new Date(), made);
  parts.subscriptions.put(rule);
  await parts.subscriptions.begin?.(tenant, id);
  return id;
}

/** A subscription, or a fragment of one, as it is kept; what other brokers mark as their own by a leading _ isn't. */
export function withoutOutput(input: JsonObject): JsonObject {
  const kept: Record<string, unknown> = without(input, OUTPUT_ONLY);
  if (isJsonObject(kept.notification)) kept.notification = without(kept.notification, NOTIFICATION_OUTPUT_ONLY);
  return kept;
}

function without(input: JsonObject, outputOnly: readonly string[]): Record<string, unknown> {
  const kept = Object.entries(input).filter(([member]) => !outputOnly.includes(member) && !member.startsWith('_'));
  return Object.fromEntries(kept);
}

/**
 * What only the world can tell of the members just given: time, the @context, where the endpoint lies.
 *
 * @throws NgsiLdError BadRequestData; LdContextNotAvailable
 */
export async function checkReferences(
  { checkContext, checkUrl }: SubscriptionParts,
  rule: Subscription,
  given: JsonObject,
): Promise<void> {
  if (given.expiresAt !== undefined && (rule.expiresAt ?? 0) <= Date.now()) {
    throw badMember('expiresAt', given.expiresAt, 'a time in the future');
  }
  if (given.notification !== undefined) await checkUrl(rule.notification.endpoint.uri, 'notification.endpoint.uri');
  if (given.jsonldContext !== undefined) await checkContext(rule.jsonldContext);
}
