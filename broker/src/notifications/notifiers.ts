import type { Dispatcher as Pool } from 'undici';
import { type OutgoingPolicy, outgoingDial } from '../outgoing/outgoing-url.ts';
import type { Endpoint } from '../subscriptions/subscription.ts';
import { type Attempt, noAnswer } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';
import { AccessTokens } from './http/access-tokens.ts';
import { postNotification } from './http/http-notifier.ts';
import { HttpSender } from './http/http-sender.ts';
import { signatureHeaders } from './http/sign-message.ts';
import { MqttNotifier } from './mqtt/mqtt-notifier.ts';

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

  /** @param done called once, never before this returns. @throws Error: there is a header that can't be sent */
  send(
    id: string,
    url: URL,
    message: NotificationMessage,
    endpoint: Endpoint,
    timeoutMs: number,
    done: (attempt: Attempt) => void,
  ): void {
    if (url.protocol.startsWith('mqtt')) this.#mqtt.publish(url, message, endpoint, timeoutMs).then(done);
    else if (endpoint.notifierInfo.length > 0) this.#proven(id, url, message, endpoint, timeoutMs).then(done);
    else postNotification(this.#http, url, message.headers, message.body, timeoutMs, done);
  }

  /** With a signature or an access token, as `notifierInfo` asks. Never rejects. */
  async #proven(
    id: string,
    url: URL,
    message: NotificationMessage,
    { notifierInfo }: Endpoint,
    timeoutMs: number,
  ): Promise<Attempt> {
    try {
      const token = await this.#tokens.get(notifierInfo);
      const headers = {
        ...message.headers,
        ...signatureHeaders(notifierInfo, id, message.body, Date.now()),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const attempt = await new Promise<Attempt>((resolve) =>
        postNotification(this.#http, url, headers, message.body, timeoutMs, resolve),
      );
      if (!attempt.ok) this.#tokens.forget(notifierInfo);
      return attempt;
    } catch (error) {
      return noAnswer(error);
    }
  }

  async close(): Promise<void> {
    this.#http.close();
    await this.#mqtt.close();
    await this.#pool.destroy();
  }
}
