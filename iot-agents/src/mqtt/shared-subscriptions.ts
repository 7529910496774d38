import type { Client, Subscription } from 'aedes';
import { topicMatches } from '../frames/topic-filter.ts';

/** `$share/{group}/{filter}`, as in MQTT 5; FIWARE agents use it in 3.1.1 too. */
const SHARED = /^\$share\/([^/+#]+)\/(.+)$/s;

interface Delivered {
  readonly topic: string;
  /** The same for all recipients of a message. */
  readonly brokerCounter?: number;
}

/** The filter of a subscription without its share group. */
export function filterOf(topic: string): string {
  return SHARED.exec(topic)?.[2] ?? topic;
}

/**
 * Implements shared subscriptions, in which each message goes to one client of the group. The underlying MQTT broker
 * does not support them, so it gets the plain filters, and the recipient within a group is chosen on delivery.
 */
export class SharedSubscriptions {
  /** By client: the groups of each filter. */
  readonly #ofClient = new Map<Client, Map<string, Set<string>>>();
  /** By group. */
  readonly #members = new Map<string, Set<Client>>();
  /** Filters that a client also subscribes to without a group. */
  readonly #own = new Map<Client, Set<string>>();

  /** Records the group of a subscription, and reduces the subscription to its filter. */
  take(client: Client, subscription: Subscription): void {
    const [, group, filter] = SHARED.exec(subscription.topic) ?? [];
    if (group === undefined || filter === undefined) {
      this.#noteOwn(client, subscription.topic);
      return;
    }
    subscription.topic = filter;
    const filters = this.#ofClient.get(client) ?? new Map<string, Set<string>>();
    this.#ofClient.set(client, filters);
    filters.set(filter, (filters.get(filter) ?? new Set()).add(group));
    this.#members.set(group, (this.#members.get(group) ?? new Set()).add(client));
  }

  /** The filters that the underlying MQTT broker must still unsubscribe when a client ends shared subscriptions. */
  end(client: Client, topics: readonly string[]): string[] {
    const ended: string[] = [];
    for (const topic of topics) {
      const [, group, filter] = SHARED.exec(topic) ?? [];
      this.#own.get(client)?.delete(topic);
      const groups = filter === undefined ? undefined : this.#ofClient.get(client)?.get(filter);
      if (group === undefined || filter === undefined || groups?.delete(group) !== true) continue;
      if (groups.size > 0) continue;
      this.#ofClient.get(client)?.delete(filter);
      if (this.#own.get(client)?.has(filter) !== true) ended.push(filter);
    }
    return ended;
  }

  /** Whether this client is chosen for the message, among those of its group. */
  goesTo(client: Client, { topic, brokerCounter = 0 }: Delivered): boolean {
    const filters = this.#ofClient.get(client);
    if (filters === undefined) return true;
    const matching = [...filters].filter(([filter]) => topicMatches(filter, topic));
    if (matching.length === 0 || this.#hasForItself(client, topic)) return true;
    return matching.some(([, groups]) =>
      [...groups].some((group) => this.#turnOf(group, topic, brokerCounter) === client),
    );
  }

  close(client: Client): void {
    this.#own.delete(client);
    if (!this.#ofClient.delete(client)) return;
    for (const [group, members] of this.#members) {
      if (members.delete(client) && members.size === 0) this.#members.delete(group);
    }
  }

  #noteOwn(client: Client, topic: string): void {
    this.#own.set(client, (this.#own.get(client) ?? new Set()).add(topic));
  }

  #hasForItself(client: Client, topic: string): boolean {
    return [...(this.#own.get(client) ?? [])].some((filter) => topicMatches(filter, topic));
  }

  #turnOf(group: string, topic: string, number: number): Client | undefined {
    const able = [...(this.#members.get(group) ?? [])].filter((member) =>
      [...(this.#ofClient.get(member) ?? [])].some(
        ([filter, groups]) => groups.has(group) && topicMatches(filter, topic),
      ),
    );
    return able[number % able.length];
  }
}
