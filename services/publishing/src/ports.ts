import type { LanguageMap } from '@alzette/kit/languages';

export { LANGUAGES, type Language, type LanguageMap } from '@alzette/kit/languages';

const URGENCIES = ['low', 'normal', 'high', 'emergency'] as const;
/** `emergency` ignores quiet hours. */
export type Urgency = (typeof URGENCIES)[number];

/** A notification for devices that follow a topic. */
export interface PushMessage {
  /** Unique within the tenant; the same when the message is sent again. */
  readonly key: string;
  /** Such as `news@villerupt`; a device that follows several of them gets one notification. */
  readonly topics: readonly string[];
  readonly urgency: Urgency;
  readonly title: LanguageMap;
  readonly text: LanguageMap;
  /** Path within the site, such as `/app/news/1`. */
  readonly link: string;
}

/** The port through which other services notify citizens' devices. */
export interface PushPort {
  /** Accepts a message. One whose key was accepted before is not sent again. Resolves when it is durable. */
  send(tenant: string, message: PushMessage): Promise<void>;
}

/** Access to images of articles in the service `files`. */
export interface ImagePort {
  /** The path of a public image; undefined: there is no such file, or it is private. */
  publicPath(tenant: string, file: string): Promise<string | undefined>;
  /** Keeps the file permanently; otherwise it is deleted after a day. */
  keep(tenant: string, file: string): Promise<void>;
  /**
   * Stores an image without its metadata, for a day.
   *
   * @param owner `keeper:` and the link that may propose it, or `item:` and the owner of items that may show it
   * @returns the id of its file
   * @throws Problem 400, 413, 415, 503: as the service `files` does
   */
  put(tenant: string, bytes: Buffer, owner: string, visibility: 'public' | 'private'): Promise<string>;
  /** The owner given to `put`; undefined: there is no such image. */
  ownerOf(tenant: string, file: string): Promise<string | undefined>;
  /** A URL of an image, also of a private one, that is valid for an hour; undefined: there is no such image. */
  link(tenant: string, file: string): Promise<string | undefined>;
  publish(tenant: string, file: string): Promise<void>;
  remove(tenant: string, file: string): Promise<void>;
}

/** The subscription of a browser: the endpoint, and the keys for encryption (RFC 8291). */
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

/**
 * The outcome of an attempt. `retry`: it may succeed later. `refused`: permanent; the detail begins with `HTTP
 * <status>`.
 */
export type Outcome =
  | { readonly outcome: 'sent'; readonly detail?: string }
  | { readonly outcome: 'retry'; readonly detail: string; readonly afterMs?: number }
  | { readonly outcome: 'refused'; readonly detail: string };

/** Access to push services through the service `channels`, which has the key pair of each tenant. */
export interface WebPushPort {
  /** The VAPID public key with which browsers subscribe. */
  publicKey(tenant: string): Promise<string>;
  /** Sends JSON to one browser. Never throws. */
  send(
    tenant: string,
    subscription: PushSubscription,
    data: object,
    options: { readonly ttlS: number; readonly urgency: 'low' | 'normal' | 'high' },
  ): Promise<Outcome>;
  /** Sends complete messages, such as those to other push services. */
  exchange(message: HttpMessage): Promise<Outcome>;
  /** Why requests to an endpoint are not allowed; undefined: they are. */
  objectionTo(endpoint: string): Promise<string | undefined>;
}
