import type { KeyValue } from '../model/represent/key-values.ts';
import type { JsonObject } from '../model/values.ts';

export type { KeyValue };

/** The formats of notifications; `keyValues` is an alias of `simplified` (5.2.14). */
export type NotificationFormat = 'normalized' | 'concise' | 'simplified';

export type NotificationAccept = 'application/json' | 'application/ld+json' | 'application/geo+json';

/** The keys of `notifierInfo` that are not secret. */
export const SHOWN_NOTIFIER_KEYS: ReadonlySet<string> = new Set([
  'MQTT-Version',
  'MQTT-QoS',
  'OAuth2-Token-URL',
  'OAuth2-Client-Id',
  'OAuth2-Scope',
]);

/** The endpoint of notifications (5.2.15). */
export interface Endpoint {
  readonly uri: string;
  readonly accept: NotificationAccept;
  readonly timeoutMs?: number;
  /** The minimum pause after a failed delivery. */
  readonly cooldownMs?: number;
  readonly receiverInfo: readonly KeyValue[];
  /** Settings of the notifier, e.g. `MQTT-QoS`. */
  readonly notifierInfo: readonly KeyValue[];
}

/** Members by name, each with the members of the entities linked through it, or null. */
interface MemberTree extends ReadonlyMap<string, MemberTree | null> {}

/** The content of notifications (5.2.14); names are expanded. */
export interface NotificationParams {
  readonly endpoint: Endpoint;
  readonly format: NotificationFormat;
  /** In the payload of NGSIv2, as Orion-LD's `x-ngsiv2-…`; with names as IRIs or as terms. */
  readonly ngsiV2?: 'expanded' | 'compacted';
  readonly sysAttrs: boolean;
  readonly showChanges: boolean;
  /** In addition to `attributes`, id, type and scope are kept. */
  readonly attributes?: readonly string[];
  readonly pick?: MemberTree;
  readonly omit?: MemberTree;
  /** Whether to include linked entities, and over how many hops (4.5.23). */
  readonly join?: 'inline' | 'flat';
  readonly joinLevel: number;
}

/** The creator of a subscription. Notifications contain only what the creator may see. */
export interface SubscriptionOwner {
  readonly kind: string;
  readonly id: string;
  readonly issuer?: string;
}

/** A subscription to entities, with what delivery needs (5.2.12). */
export interface Subscription {
  readonly tenant: string;
  readonly id: string;
  readonly isActive: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly throttlingMs?: number;
  /** Sent at each interval instead of on change. */
  readonly timeIntervalMs?: number;
  /** Its `q` refers to linked entities, so it is evaluated before sending. */
  readonly usesLinkedEntities?: boolean;
  /** URL of the @context with which notifications are compacted. */
  readonly jsonldContext: string;
  /** The instances to report: their dataset URIs, `@none` for the default instance. */
  readonly datasetId?: readonly string[];
  /** Language ranges, best first. */
  readonly lang?: readonly string[];
  readonly notification: NotificationParams;
  /** Absent: created while access control was off, or by the broker itself. */
  readonly owner?: SubscriptionOwner;
  /** The brokers that forwarded it, from the Via header (4.3.6.4). */
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

/** The same for a stored document of either kind. */
export function documentStatus({ isActive, expiresAt }: JsonObject, now: number): SubscriptionStatus {
  const expiry = typeof expiresAt === 'string' && { expiresAt: Date.parse(expiresAt.replace(',', '.')) };
  return subscriptionStatus({ isActive: isActive !== false, ...expiry }, now);
}
