import type { Agent } from 'undici';

/** Checks URLs given by users before connecting; the dispatcher checks again when connecting. */
export interface Outgoing {
  check(url: string, protocols?: readonly string[]): Promise<OutgoingVerdict>;
  readonly dispatcher: Agent;
}

export type OutgoingVerdict =
  | { readonly allowed: true; readonly url: URL; readonly address?: string }
  | { readonly allowed: false; readonly reason: string };
