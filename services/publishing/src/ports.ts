import type { LanguageMap } from '@alzette/kit/languages';

export { LANGUAGES, type Language, type LanguageMap } from '@alzette/kit/languages';

const URGENCIES = ['low', 'normal', 'high', 'emergency'] as const;
/** `emergency` does not heed quiet hours. */
export type Urgency = (typeof URGENCIES)[number];

/** What devices that follow a topic are told. */
export interface PushMessage {
  /** Unique within the tenant; the same when it is handed over again. */
  readonly key: string;
  /** Such as `news@villerupt`; a device that follows any of them is told once. */
  readonly topics: readonly string[];
  readonly urgency: Urgency;
  readonly title: LanguageMap;
  readonly text: LanguageMap;
  /** Path within the site, such as `/app/news/1`. */
  readonly link: string;
}

/** How other services let citizens' devices be told. */
export interface PushPort {
  /** Takes a message over. One whose key was taken before is not told again. Resolves once it is durable. */
  send(tenant: string, message: PushMessage): Promise<void>;
}

/** How images of articles are shown; `files` of the same platform, or none. */
export interface ImagePort {
  /** The path of a public image, or undefined: there is no such file, or it is not public. */
  publicPath(tenant: string, file: string): Promise<string | undefined>;
  /** Keeps it for good: what no article shows goes after a day. */
  keep(tenant: string, file: string): Promise<void>;
}

/** What a browser gives: where to send, and what to encrypt for (RFC 8291). */
export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface HttpMessage {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

/** What came of an attempt to send. `retry`: it may go through later. `refused`: never; the detail begins `HTTP <status>`. */
export type Outcome =
  | { readonly outcome: 'sent'; readonly detail?: string }
  | { readonly outcome: 'retry'; readonly detail: string; readonly afterMs?: number }
  | { readonly outcome: 'refused'; readonly detail: string };

/** How messages reach push services: the service `channels` has the key pair of the product. */
export interface WebPushPort {
  /** By which browsers subscribe (VAPID). */
  publicKey(): string;
  /** Sends JSON to one browser. Never throws. */
  send(
    subscription: PushSubscription,
    data: object,
    options: { readonly ttlS: number; readonly urgency: 'low' | 'normal' | 'high' },
  ): Promise<Outcome>;
  /** Sends what is ready, such as messages to other push services. */
  exchange(message: HttpMessage): Promise<Outcome>;
  /** Why an endpoint may not be dialled; undefined: it may. */
  objectionTo(endpoint: string): Promise<string | undefined>;
}
