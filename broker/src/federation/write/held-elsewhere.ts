import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { Federation } from '../calls/federation.ts';
import { parseVia } from '../calls/via.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { isProxied } from '../registrations/registration.ts';
import { matchesOf, typedTarget } from './distributed-write.ts';
import { splitWrite, type WriteTarget } from './split-write.ts';

/** Operations that may add attributes to an entity. The others change or remove what is stored. */
const ADDING: ReadonlySet<OperationName> = new Set<OperationName>([
  'createEntity',
  'appendAttrs',
  'mergeEntity',
  'replaceEntity',
  'createBatch',
  'upsertBatch',
  'updateBatch',
  'mergeBatch',
  'upsertTemporal',
  'appendAttrsTemporal',
]);

/** A write that is not distributed. */
interface LocalWrite {
  readonly caller: Caller;
  readonly isLocal: boolean;
  readonly isDraft?: boolean;
}

/**
 * Whether a write here alone may concern data that only a source may hold. With local scope, 1.9.1 leaves out the
 * registrations (5.5.13), on which its official suite relies; the draft of 2.0 does not.
 */
export function mayBeHeldElsewhere(
  federation: Federation,
  { caller, isLocal, isDraft = false }: LocalWrite,
  operation: OperationName,
): boolean {
  return (!isLocal || isDraft) && ADDING.has(operation) && federation.hasProxied(caller.tenant);
}

/**
 * What a source holds by an exclusive or redirect registration must not be stored here by a write that is not
 * distributed, such as that of a caller with limited rights (4.3.6.3). Resolves to the error if it would be.
 */
export async function heldElsewhere(
  db: Queryable,
  federation: Federation,
  request: { readonly caller: Caller; readonly headers: { readonly via?: string | undefined } },
  given: WriteTarget,
  selection?: TypeSelection,
): Promise<NgsiLdError | undefined> {
  const { caller, headers } = request;
  const origin = { tenant: caller.tenant, caller, via: parseVia(headers.via) };
  const target = await typedTarget(db, origin, given);
  const matches = matchesOf(federation, origin, target, selection, undefined).filter(({ registration }) =>
    isProxied(registration),
  );
  const { shares, refused } = splitWrite(matches, [], target);
  const [held] = [...shares, ...refused];
  if (held === undefined) return undefined;
  const { registration, names } = held;
  const what = names === undefined || names.size === 0 ? `entity ${target.id}` : [...names].join(', ');
  return new NgsiLdError(
    'Conflict',
    `${what}: held by a source of mode ${registration.mode}, so that it can't be stored here as well (4.3.6.3)`,
  );
}
