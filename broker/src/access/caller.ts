import type { Issue } from '@alzette/ngsi-ld-schemas/validation';
import type { Rights, Visibility } from './visibility.ts';

/**
 * Who asks: what they may read and write, and of which tenant. Every read and write takes one and finds its tenant there,
 * so that the rights to one tenant are never used on another.
 */
export interface Caller extends Rights {
  /** '' is the default tenant; or the space where the data of a snapshot are. */
  readonly tenant: string;
  /** How many notifications led to the request; absent: none. */
  readonly hops?: number;
  /** Collects what the models warn of in what this caller writes; absent: nobody asks. */
  readonly issues?: Set<Issue>;
}

/** Of the product itself, and of everybody where access is open. */
export const EVERYTHING: Rights = { read: 'all', write: 'all' };

/** The product itself, in what it does of its own accord. */
export function systemCaller(tenant: string): Caller {
  return { tenant, ...EVERYTHING };
}

/** Whether there is anything that these rights keep from being seen or written. */
export function areLimited({ read, write }: Rights): boolean {
  return read !== 'all' || write !== 'all';
}

/** What the caller may read. @throws TypeError: none is given, which must never count as everything */
export function readableBy(caller: Rights): Visibility {
  // Types can be evaded, and what is at stake is everybody's data.
  const read: Visibility | undefined = (caller as Rights | undefined)?.read;
  if (read === undefined) throw new TypeError('A read without a caller: expected who asks, or the product itself');
  return read;
}
