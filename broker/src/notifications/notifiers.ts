import type { Dispatcher } from 'undici';
import type { OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import { HttpNotifier } from './http/http-notifier.ts';
import { MqttNotifier } from './mqtt/mqtt-notifier.ts';
import type { Notifier } from './notifier.ts';

/** The notifiers by URL scheme. A new notifier is one file and one line here. */
const NOTIFIERS: readonly {
  readonly schemes: readonly string[];
  open(pool: Dispatcher, policy: OutgoingPolicy): Notifier;
}[] = [
  { schemes: ['http:', 'https:'], open: (pool, policy) => new HttpNotifier(pool, policy) },
  { schemes: ['mqtt:', 'mqtts:'], open: (_pool, policy) => new MqttNotifier(policy) },
];

/** The notifiers of a process. */
export class Notifiers {
  readonly #byScheme = new Map<string, Notifier>();

  /**
   * @param pool connections for HTTP requests; closed with the notifiers. @param policy which addresses endpoints may
   * have
   */
  constructor(pool: Dispatcher, policy: OutgoingPolicy) {
    for (const { schemes, open } of NOTIFIERS) {
      const notifier = open(pool, policy);
      for (const scheme of schemes) this.#byScheme.set(scheme, notifier);
    }
  }

  /** @throws Error: no notifier supports the scheme of the URL */
  of({ protocol }: URL): Notifier {
    const notifier = this.#byScheme.get(protocol);
    if (notifier === undefined) throw new Error(`Notifications to ${protocol} URLs are not supported`);
    return notifier;
  }

  async close(): Promise<void> {
    for (const notifier of new Set(this.#byScheme.values())) await notifier.close();
  }
}
