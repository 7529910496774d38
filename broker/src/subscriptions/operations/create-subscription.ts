import { randomUUID } from 'node:crypto';
import type { Secrets } from '../../database/secrets.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember, checkUri, isJsonObject, type JsonObject } from '../../model/values.ts';
import { ownerOf, sealDocument } from '../endpoint-secrets.ts';
import { type ExpanderOf, recordingExpander } from '../parse/recorded-names.ts';
import type { Subscription, SubscriptionOwner } from '../subscription.ts';
import type { SubscriptionStore } from '../subscription-store.ts';
import type { UnsettledCounts } from '../unsettled-counts.ts';

/**
 * Subscriptions of one kind: to entities (5.8) or to context source registrations (5.11). The operations are the same
 * for both.
 */
interface SubscriptionRegister {
  readonly store: SubscriptionStore;
  /** @throws NgsiLdError BadRequestData */
  parse(tenant: string, document: JsonObject, expanderOf: ExpanderOf): Subscription;
  /** Shown if a subscription names no triggers. */
  readonly defaultTriggers?: readonly string[];
  /** Activates a subscription that `parse` has read and the store already holds. */
  put(subscription: Subscription): void;
  remove(tenant: string, id: string): void;
  /** Called after a subscription was created or updated; sends the initial notification if its kind has one. */
  begin?(tenant: string, id: string): Promise<void>;
}

/** Dependencies of the operations on subscriptions. */
export interface SubscriptionParts {
  readonly subscriptions: SubscriptionRegister;
  readonly secrets: Secrets;
  /**
   * @throws NgsiLdError LdContextNotAvailable: the @context can't be fetched; BadRequestData: it is not a valid
   * @context
   */
  readonly checkContext: (url: string) => Promise<unknown>;
  /** Checks whether an outgoing URL is allowed. @throws NgsiLdError BadRequestData */
  readonly checkUrl: (url: string, member: string) => Promise<void>;
  /** Resolves when the delivery counters are up to date. */
  readonly settled: () => Promise<void>;
  /** What they lack nevertheless, see {@link counted}. */
  readonly unsettled: () => UnsettledCounts;
}

/**
 * The caller, if access control is enabled. Callers see only their own subscriptions, unless they are administrators.
 */
export interface SubscriptionCaller {
  readonly owner: SubscriptionOwner;
  readonly administers: boolean;
}

/** The @context of the request, with a URL that refers to it. */
export type SubscriptionContext = NameExpander & { readonly link: string };

/** Members that only the broker writes. They are ignored in input (5.2.12). */
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
 * Create Subscription (5.8.1). Returns its id.
 *
 * @param via the brokers that forwarded the request
 *
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

/**
 * The document to store: without output-only members, and without members with a leading _, which other brokers add.
 */
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
 * Checks what depends on the environment: whether times are in the future, whether the @context can be fetched, and
 * whether the endpoint is allowed.
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
