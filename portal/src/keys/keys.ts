import { asksToSignInAgain } from '@alzette/identity/browser';
import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';

/** `/ops/access/me/keys`: the keys of who is signed in and of their organisation. */

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
  /** Of the last thirty days. */
  readonly usage: { readonly requests: number; readonly refused: number; readonly limited: number };
}

export interface OwnKeys {
  readonly delegable: readonly DelegablePolicy[];
  readonly keys: readonly OwnKey[];
}

/** A new key, told this once. */
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

export class KeysError extends Error {
  readonly problem: ProblemDetails;
  /** Whether the user has to sign in again first. */
  readonly asksToSignInAgain: boolean;

  constructor(problem: ProblemDetails, asksAgain = false) {
    super(problem.detail ?? problem.title);
    this.name = 'KeysError';
    this.problem = problem;
    this.asksToSignInAgain = asksAgain;
  }
}

export const listKeys = (): Promise<OwnKeys> => ask('GET', '');
export const makeKey = (wished: WishedKey): Promise<MadeKey> => ask('POST', '', wished);
export const rotateKey = (id: string): Promise<MadeKey> => ask('POST', `/${id}/rotate`, {});
export const revokeKey = (id: string): Promise<void> => ask('DELETE', `/${id}`);

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`/ops/access/me/keys${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new KeysError({ ...answer, status: response.status }, asksToSignInAgain(response));
  return answer;
}
