import type { Dispatcher } from 'undici';
import { ENDPOINT_SCHEMES, type EndpointScheme } from '../model/endpoint-schemes.ts';
import type { OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import { HttpNotifier } from './http/http-notifier.ts';
import { MqttNotifier } from './mqtt/mqtt-notifier.ts';
import type { Notifier } from './notifier.ts';

const http = (pool: Dispatcher, policy: OutgoingPolicy) => new HttpNotifier(pool, policy);
const mqtt = (_pool: Dispatcher, policy: OutgoingPolicy) => new MqttNotifier(policy);

/** The notifiers by URL scheme. A new notifier is a file, a scheme, and a line here, which the type requires. */
const NOTIFIERS: { readonly [scheme in EndpointScheme]: (pool: Dispatcher, policy: OutgoingPolicy) => Notifier } = {
  'http:': http,
  'https:': http,
  'mqtt:': mqtt,
  'mqtts:': mqtt,
};

/** The notifiers of a process. */
export class Notifiers {
  readonly #byScheme = new Map<string, Notifier>();

  /**
   * @param pool connections for HTTP requests; closed with the notifiers. @param policy which addresses endpoints may
   * have
   */
  constructor(pool: Dispatcher, policy: OutgoingPolicy) {
    const opened = new Map([...new Set(Object.values(NOTIFIERS))].map((open) => [open, open(pool, policy)]));
    for (const scheme of ENDPOINT_SCHEMES) this.#byScheme.set(scheme, opened.get(NOTIFIERS[scheme]) as Notifier);
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
