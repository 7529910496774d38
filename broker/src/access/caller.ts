import type { Issue } from '@alzette/ngsi-ld-schemas/validation';
import type { Principal } from './principal.ts';
import type { Rights, Visibility } from './visibility.ts';

/**
 * The caller of an operation: a tenant, and what may be read and written in it. Every read and write takes a caller and
 * uses its tenant, so that rights to one tenant are never applied to another.
 */
export interface Caller extends Rights {
  /** '' is the default tenant. For a snapshot, the internal tenant with its data. */
  readonly tenant: string;
  /** The number of notifications that led to the request; absent: none. */
  readonly hops?: number;
  /** Collects validation warnings for what this caller writes; absent: they are not needed. */
  readonly issues?: Set<Issue>;
  /** Whose request it is; absent: the product's own, or access control is off. */
  readonly sender?: Principal;
  /** Whether write gates let everything pass, because they have judged it before or somebody else has approved it. */
  readonly isAdmitted?: boolean;
}

/** The rights of the product itself, and of everyone if access control is off. */
export const EVERYTHING: Rights = { read: 'all', write: 'all' };

/** The caller for actions of the product itself. */
export function systemCaller(tenant: string): Caller {
  return { tenant, ...EVERYTHING };
}

/** Whether these rights exclude anything from being read or written. */
export function areLimited({ read, write }: Rights): boolean {
  return read !== 'all' || write !== 'all';
}

/** What the caller may read. @throws TypeError: there is no caller, which must never mean full access */
export function readableBy(caller: Rights): Visibility {
  // Checked at run time too, because types can be bypassed and a mistake would expose all data.
  const read: Visibility | undefined = (caller as Rights | undefined)?.read;
  if (read === undefined)
    throw new TypeError('A read without a caller: expected the caller of the request, or systemCaller()');
  return read;
}
