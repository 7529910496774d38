import type { Dispatcher as Pool } from 'undici';
import type { OutgoingPolicy } from '../access/outgoing-url.ts';
import type { Endpoint } from '../model/subscription.ts';
import { AccessTokens } from './access-tokens.ts';
import { type Attempt, noAnswer } from './attempt.ts';
import type { NotificationMessage } from './build-notification.ts';
import { postNotification } from './http-notifier.ts';
import { MqttNotifier } from './mqtt-notifier.ts';
import { signatureHeaders } from './sign-message.ts';

/** Sends a message to its endpoint by the scheme of the endpoint's URL. */
export class Notifiers {
  readonly #pool: Pool;
  readonly #mqtt: MqttNotifier;
  readonly #tokens: AccessTokens;

  /** @param pool connections to HTTP endpoints; closed with the notifiers */
  constructor(pool: Pool, policy: OutgoingPolicy) {
    this.#pool = pool;
    this.#mqtt = new MqttNotifier(policy);
    this.#tokens = new AccessTokens(pool, policy);
  }

  /** Never rejects. */
  async send(
    id: string,
    url: URL,
    message: NotificationMessage,
    endpoint: Endpoint,
    timeoutMs: number,
  ): Promise<Attempt> {
    if (url.protocol.startsWith('mqtt')) return this.#mqtt.publish(url, message, endpoint, timeoutMs);
    if (endpoint.notifierInfo.length === 0) {
      return postNotification(this.#pool, url, message.headers, message.body, timeoutMs);
    }
    try {
      const token = await this.#tokens.get(endpoint.notifierInfo);
      const headers = {
        ...message.headers,
        ...signatureHeaders(endpoint.notifierInfo, id, message.body, Date.now()),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const attempt = await postNotification(this.#pool, url, headers, message.body, timeoutMs);
      if (!attempt.ok) this.#tokens.forget(endpoint.notifierInfo);
      return attempt;
    } catch (error) {
      return noAnswer(error);
    }
  }

  async close(): Promise<void> {
    await this.#mqtt.close();
    await this.#pool.destroy();
  }
}
