import type { KeyValue } from '../model/represent/key-values.ts';
import type { JsonObject } from '../model/values.ts';

export type { KeyValue };

/** The representations a notification may ask for; `keyValues` is read as `simplified` (5.2.14). */
export type NotificationFormat = 'normalized' | 'concise' | 'simplified';

export type NotificationAccept = 'application/json' | 'application/ld+json' | 'application/geo+json';

/** Of `notifierInfo`, what is no secret. */
export const SHOWN_NOTIFIER_KEYS: ReadonlySet<string> = new Set([
  'MQTT-Version',
  'MQTT-QoS',
  'OAuth2-Token-URL',
  'OAuth2-Client-Id',
  'OAuth2-Scope',
]);

/** Where notifications go (5.2.15). */
export interface Endpoint {
  readonly uri: string;
  readonly accept: NotificationAccept;
  readonly timeoutMs?: number;
  /** The least pause after a failed delivery. */
  readonly cooldownMs?: number;
  readonly receiverInfo: readonly KeyValue[];
  /** How the notifier is set, e.g. `MQTT-QoS`. */
  readonly notifierInfo: readonly KeyValue[];
}

/** Members by name, each with what it says of the entities linked through it, or null. */
interface MemberTree extends ReadonlyMap<string, MemberTree | null> {}

/** What a notification carries (5.2.14); names are expanded. */
export interface NotificationParams {
  readonly endpoint: Endpoint;
  readonly format: NotificationFormat;
  readonly sysAttrs: boolean;
  readonly showChanges: boolean;
  /** With `attributes`, id, type and scope stay as well. */
  readonly attributes?: readonly string[];
  readonly pick?: MemberTree;
  readonly omit?: MemberTree;
  /** Whether linked entities come along, and how many hops (4.5.23). */
  readonly join?: 'inline' | 'flat';
  readonly joinLevel: number;
}

/** Who made a subscription: what they may see is what it may tell. */
export interface SubscriptionOwner {
  readonly kind: string;
  readonly id: string;
  readonly issuer?: string;
}

/** A subscription to entities as its delivery needs it (5.2.12). */
export interface Subscription {
  readonly tenant: string;
  readonly id: string;
  readonly isActive: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly throttlingMs?: number;
  /** Sent at every interval rather than on change. */
  readonly timeIntervalMs?: number;
  /** Its `q` asks of linked entities: whether it matches is found out before sending. */
  readonly asksLinked?: boolean;
  /** URL of the @context its notifications are compacted with. */
  readonly jsonldContext: string;
  /** Instances to tell of: their URIs, `@none` for the default instance. */
  readonly datasetId?: readonly string[];
  /** Ranges, best first. */
  readonly lang?: readonly string[];
  readonly notification: NotificationParams;
  /** Absent: it was made while access was open, or by the broker's own. */
  readonly owner?: SubscriptionOwner;
  /** The brokers that it was forwarded by, as the Via header told (4.3.6.4). */
  readonly via?: string;
}

type SubscriptionStatus = 'active' | 'paused' | 'expired';

/** @param now milliseconds since 1970 */
export function subscriptionStatus(
  subscription: Pick<Subscription, 'isActive' | 'expiresAt'>,
  now: number,
): SubscriptionStatus {
  if (subscription.expiresAt !== undefined && subscription.expiresAt <= now) return 'expired';
  return subscription.isActive ? 'active' : 'paused';
}

/** The same of a stored document, whatever it is a subscription to. */
export function documentStatus({ isActive, expiresAt }: JsonObject, now: number): SubscriptionStatus {
  const expiry = typeof expiresAt === 'string' && { expiresAt: Date.parse(expiresAt.replace(',', '.')) };
  return subscriptionStatus({ isActive: isActive !== false, ...expiry }, now);
}
