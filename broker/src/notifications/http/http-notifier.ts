import type { Dispatcher } from 'undici';
import { type OutgoingPolicy, outgoingDial } from '../../outgoing/outgoing-url.ts';
import { type Attempt, noAnswer } from '../attempt.ts';
import type { Notifier, Sending } from '../notifier.ts';
import { AccessTokens } from './access-tokens.ts';
import { HttpSender } from './fast/http-sender.ts';
import { postNotification } from './post-notification.ts';
import { signatureHeaders } from './sign-message.ts';

/** Sends notifications by HTTP and HTTPS (6.3.9), signed or with an access token if `notifierInfo` says so. */
export class HttpNotifier implements Notifier {
  readonly #pool: Dispatcher;
  readonly #sender: HttpSender;
  readonly #tokens: AccessTokens;

  /** @param pool connections to token servers; closed with the notifier */
  constructor(pool: Dispatcher, policy: OutgoingPolicy) {
    this.#pool = pool;
    this.#sender = new HttpSender(outgoingDial(policy));
    this.#tokens = new AccessTokens(pool, policy);
  }

  send(sending: Sending, done: (attempt: Attempt) => void): void {
    const { url, message, ownHeaders, endpoint, timeoutMs } = sending;
    if (endpoint.notifierInfo.length > 0) this.#sendAuthenticated(sending).then(done);
    else postNotification(this.#sender, url, message.headers, message.body, timeoutMs, done, ownHeaders);
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#pool.destroy();
  }

  /** Never rejects. */
  async #sendAuthenticated({ id, url, message, ownHeaders, endpoint, timeoutMs }: Sending): Promise<Attempt> {
    const { notifierInfo } = endpoint;
    try {
      const token = await this.#tokens.get(notifierInfo);
      const headers = {
        ...message.headers,
        ...ownHeaders,
        ...signatureHeaders(notifierInfo, id, message.body, Date.now()),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const attempt = await new Promise<Attempt>((resolve) =>
        postNotification(this.#sender, url, headers, message.body, timeoutMs, resolve),
      );
      if (!attempt.ok) this.#tokens.forget(notifierInfo);
      return attempt;
    } catch (error) {
      return noAnswer(error);
    }
  }
}
