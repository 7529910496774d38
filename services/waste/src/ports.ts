import type { LanguageMap } from '@alzette/kit/languages';

/** Notifies devices that follow a topic. */
export interface PushPort {
  /** Durable when it resolves; the same key is sent once. */
  send(tenant: string, message: PushMessage): Promise<void>;
}

export interface PushMessage {
  readonly key: string;
  readonly topics: readonly string[];
  readonly urgency: 'low' | 'normal' | 'high' | 'emergency';
  readonly title: LanguageMap;
  readonly text: LanguageMap;
  /** Path within the site, such as `/app/collections`. */
  readonly link: string;
}
