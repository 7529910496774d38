import type { Dispatcher as Pool } from 'undici';
import { type OutgoingPolicy, outgoingDial } from '../access/outgoing-url.ts';
import type { Endpoint } from '../model/subscription.ts';
import { AccessTokens } from './access-tokens.ts';
import { type Attempt, noAnswer } from './attempt.ts';
import type { NotificationMessage } from './build-notification.ts';
import { postNotification } from './http-notifier.ts';
import { HttpSender } from './http-sender.ts';
import { MqttNotifier } from './mqtt-notifier.ts';
import { signatureHeaders } from './sign-message.ts';

/** Sends a message to its endpoint by the scheme of the endpoint's URL. */
export class Notifiers {
  readonly #pool: Pool;
  readonly #http: HttpSender;
  readonly #mqtt: MqttNotifier;
  readonly #tokens: AccessTokens;

  /** @param pool connections to servers of access tokens; closed with the notifiers */
  constructor(pool: Pool, policy: OutgoingPolicy) {
    this.#pool = pool;
    this.#http = new HttpSender(outgoingDial(policy));
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
      return this.#post(url, message.headers, message.body, timeoutMs);
    }
    try {
      const token = await this.#tokens.get(endpoint.notifierInfo);
      const headers = {
        ...message.headers,
        ...signatureHeaders(endpoint.notifierInfo, id, message.body, Date.now()),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const attempt = await this.#post(url, headers, message.body, timeoutMs);
      if (!attempt.ok) this.#tokens.forget(endpoint.notifierInfo);
      return attempt;
    } catch (error) {
      return noAnswer(error);
    }
  }

  #post(url: URL, headers: NotificationMessage['headers'], body: string, timeoutMs: number): Promise<Attempt> {
    return new Promise((resolve) => postNotification(this.#http, url, headers, body, timeoutMs, resolve));
  }

  async close(): Promise<void> {
    this.#http.close();
    await this.#mqtt.close();
    await this.#pool.destroy();
  }
}
