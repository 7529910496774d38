import { ask } from '@alzette/web/asking';

/** The keys of the signed-in user and of their organisation. */
const OWN_KEYS = '/ops/access/me/keys';

export type KeyAction = 'read' | 'write';

export interface DelegablePolicy {
  readonly id: string;
  readonly title?: string;
  readonly may: readonly string[];
  /** IRIs. */
  readonly types?: readonly string[];
}

export interface OwnKey {
  readonly id: string;
  readonly prefix: string;
  readonly title: string;
  readonly scopes: readonly KeyAction[];
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
  readonly createdAt: string;
  readonly isMine: boolean;
  /** In the last thirty days. */
  readonly usage: { readonly requests: number; readonly refused: number; readonly limited: number };
}

export interface OwnKeys {
  readonly delegable: readonly DelegablePolicy[];
  readonly keys: readonly OwnKey[];
}

/** A new key; the secret is returned only once. */
export interface MadeKey {
  readonly id: string;
  readonly title: string;
  readonly key: string;
}

export interface WishedKey {
  readonly title: string;
  readonly scopes: readonly KeyAction[];
  readonly policies: readonly string[];
}

export const listKeys = (): Promise<OwnKeys> => ask('GET', OWN_KEYS);
export const makeKey = (wished: WishedKey): Promise<MadeKey> => ask('POST', OWN_KEYS, wished);
export const rotateKey = (id: string): Promise<MadeKey> => ask('POST', `${OWN_KEYS}/${id}/rotate`, {});
export const revokeKey = (id: string): Promise<void> => ask('DELETE', `${OWN_KEYS}/${id}`);
