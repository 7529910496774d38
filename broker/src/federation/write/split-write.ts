import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesFor, covers } from '../registrations/narrow-query.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { isProxied, type Registration } from '../registrations/registration.ts';

/** What a write concerns. */
export interface WriteTarget {
  readonly id: string;
  /** IRIs; absent: unknown. */
  readonly types?: readonly string[] | undefined;
  /** IRIs of the written attributes; absent: the entity as a whole. */
  readonly names?: ReadonlySet<string>;
}

/** The part of a write for one source. */
export interface WriteShare {
  readonly registration: Registration;
  /** IRIs; absent: the entity as a whole. */
  readonly names?: ReadonlySet<string>;
  /** Whether to include members that are not attributes: only for sources of complete entities. */
  readonly isWhole: boolean;
}

/** A write divided between this broker and its sources (4.3.6.2, 4.3.6.3). */
export interface WriteSplit {
  readonly shares: readonly WriteShare[];
  /** Shares of proxied sources that are not registered for the operation: a conflict. */
  readonly refused: readonly WriteShare[];
  /** The local share: IRIs, absent for the whole entity; undefined: nothing. */
  readonly local: { readonly names?: ReadonlySet<string> } | undefined;
  /** Whether some of it belongs to a proxied source. */
  readonly isProxied: boolean;
}

/**
 * Divides a write. Exclusive sources get their registered part first, then redirect sources theirs. Inclusive sources
 * get a copy of their part of the rest. Auxiliary sources get nothing.
 *
 * @param operations a source must be registered for one of them
 */
export function splitWrite(
  matches: readonly RegistrationMatch[],
  operations: readonly OperationName[],
  target: WriteTarget,
): WriteSplit {
  const concerned = matches.filter((match) => coversTarget(match, target));
  const shares: WriteShare[] = [];
  const refused: WriteShare[] = [];
  const give = (share: WriteShare) => {
    const isSupported = operations.some((operation) => share.registration.operations.has(operation));
    if (isSupported) shares.push(share);
    else if (isProxied(share.registration)) refused.push(share);
  };
  const ofMode = (mode: Registration['mode']) => concerned.filter(({ registration }) => registration.mode === mode);

  let left = target.names;
  let isTaken = false;
  for (const mode of ['exclusive', 'redirect', 'inclusive'] as const) {
    if (isTaken) break;
    const taken = new Set<string>();
    for (const match of ofMode(mode)) {
      const share = shareOf(match, target, left);
      if (share === undefined) continue;
      give(share);
      if (share.isWhole && mode === 'redirect') isTaken = left !== undefined;
      for (const name of share.names ?? []) taken.add(name);
    }
    if (mode !== 'inclusive') left = left?.difference(taken);
  }
  const isNothingLeft = isTaken || (target.names !== undefined && target.names.size > 0 && left?.size === 0);
  return {
    shares,
    refused,
    local: isNothingLeft ? undefined : left === undefined ? {} : { names: left },
    isProxied: [...shares, ...refused].some(({ registration }) => isProxied(registration)),
  };
}

function shareOf(
  match: RegistrationMatch,
  { id, types }: WriteTarget,
  left: ReadonlySet<string> | undefined,
): WriteShare | undefined {
  const { registration } = match;
  if (left === undefined) return { registration, isWhole: true };
  const registered = attributesFor(match, id, types);
  if (registered === undefined) return { registration, names: left, isWhole: true };
  const names = left.intersection(registered);
  return names.size === 0 ? undefined : { registration, names, isWhole: false };
}

function coversTarget({ information }: RegistrationMatch, { id, types }: WriteTarget): boolean {
  return information.some(({ entities }) => entities?.some((entity) => covers(entity, id, types)) ?? true);
}
