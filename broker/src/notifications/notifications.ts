import type { Dispatcher as Pool } from 'undici';
import type { Contexts } from '../context/contexts.ts';
import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import type {
  DeliveryLog,
  LinkedEntities,
  OtherProcesses,
  RepresentSource,
  SubscriptionsInForce,
} from './build/delivery-parts.ts';
import { Dispatcher } from './dispatcher.ts';
import { Notifiers } from './notifiers.ts';
import type { OutboxStore, SubscriptionKey } from './outbox/outbox.ts';
import type { EndpointState } from './queues/endpoint-state.ts';
import { OutcomeWriter } from './queues/outcome-writer.ts';
import { DELIVERY_SETTINGS, type DeliverySettings } from './settings.ts';

/** The sending of notifications. */
export interface Notifications {
  /** Takes over what was left from before; to be awaited before the first write. */
  start(): Promise<void>;
  /** Entries just committed, in commit order for each entity. */
  accept(entries: readonly OutboxEntry[]): void;
  /** The outbox holds something for these again. */
  resume(subscriptions: readonly SubscriptionKey[]): void;
  /** Those that something was sent to of late. */
  endpoints(): readonly EndpointState[];
  endpointOf(tenant: string, id: string): EndpointState | undefined;
  /** Resolves when what became of the notifications so far is in the database. */
  settled(): Promise<void>;
  /** Waits for what is under way; the rest stays in the outbox. */
  close(): Promise<void>;
}

export interface NotificationsParts {
  readonly outbox: OutboxStore;
  readonly peers: OtherProcesses;
  readonly subscriptions: SubscriptionsInForce;
  readonly contexts: Contexts;
  /** Connections to endpoints; closed with the notifications. */
  readonly pool: Pool;
  /** Where endpoints may lie. */
  readonly policy: OutgoingPolicy;
  readonly linked: LinkedEntities;
  readonly representSource: RepresentSource;
  readonly log: DeliveryLog;
  readonly settings?: Partial<DeliverySettings> | undefined;
}

export function createNotifications(parts: NotificationsParts): Notifications {
  const outcomes = new OutcomeWriter(parts.outbox, parts.log, () => parts.peers.areThere);
  const settings = { ...DELIVERY_SETTINGS, ...parts.settings };
  const notifiers = new Notifiers(parts.pool, parts.policy);
  const dispatcher = new Dispatcher({ ...parts, notifiers, outcomes, settings });
  return {
    start: () => dispatcher.start(),
    accept: (entries) => dispatcher.accept(entries),
    resume: (subscriptions) => dispatcher.resume(subscriptions),
    endpoints: () => dispatcher.endpoints(),
    endpointOf: (tenant, id) => dispatcher.endpointOf(tenant, id),
    settled: () => outcomes.settled(),
    async close() {
      await dispatcher.close();
      await outcomes.close();
      await notifiers.close();
    },
  };
}
