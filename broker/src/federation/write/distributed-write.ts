import type { Context } from '../../context/contexts.ts';
import type { Queryable } from '../../database/database.ts';
import { retrieveEntity as stored } from '../../entities/read/entity-queries.ts';
import type { AuthorizedLane, LeavingWrite } from '../../entities/write-lane/authorized-lane.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { tolerates } from '../../model/leniency.ts';
import { isJsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import type { SourceCall, SourceReply } from '../calls/source-call.ts';
import { sourceError, unsupported } from '../calls/source-errors.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { isProxied } from '../registrations/registration.ts';
import { splitWrite, type WriteShare, type WriteTarget } from './split-write.ts';

/** What is requested from sources for a write on one entity. */
export interface RemoteWrite {
  readonly target: WriteTarget;
  /** IRIs of the attributes that get a value; absent: none. */
  readonly given?: () => Iterable<string>;
  /** The request to a source for its share. */
  call(share: WriteShare, names: Context): SourceCall;
  /** What a source can be asked instead if it is registered for that only, in a lenient tenant. */
  readonly instead?: { readonly operation: OperationName } & Pick<RemoteWrite, 'call'>;
  /** The write replaces everything, so something has to be done locally even if all its attributes go to sources. */
  readonly replacesAll?: boolean;
}

/** A write on one entity that sources may take part in. */
export interface DistributedWrite<Result> extends RemoteWrite {
  readonly operation: OperationName;
  /** The `type` parameter of the request: a filter. */
  readonly selection?: TypeSelection | undefined;
  /** Performs the local share; without names, the whole write. */
  local(left: { readonly names?: ReadonlySet<string> }): Promise<Result>;
}

export interface DistributingParts {
  readonly db: Queryable;
  readonly lane: AuthorizedLane;
  readonly federation: Federation;
}

/** A part of a write that failed. */
export interface WriteFailure {
  readonly error: NgsiLdError;
  /** Absent: the local part. */
  readonly registrationId?: string;
  /** IRIs; absent: the entity as a whole. */
  readonly names?: Iterable<string>;
}

/** The outcome of a write of which at least one part succeeded, or several failed. */
export interface WriteOutcome<Result> {
  readonly failures: readonly WriteFailure[];
  readonly anySucceeded: boolean;
  /** IRIs of the attributes that were written anywhere. */
  readonly written: ReadonlySet<string>;
  /** Whether a source created the entity. */
  readonly createdElsewhere: boolean;
  /** The result of the local part. */
  readonly local?: Result;
}

interface Part<Result> {
  readonly failures: readonly WriteFailure[];
  readonly succeeded: boolean;
  readonly written: Iterable<string>;
  readonly created?: boolean;
  readonly local?: Result;
}

/**
 * Writes locally and at the sources concerned, in parallel (5.6.1 to 5.6.6, 5.6.17 to 5.6.19).
 *
 * @throws NgsiLdError the error, if a single party had to do everything; AccessDenied: a gate refuses what would leave
 */
export async function distributeWrite<Result>(
  { db, lane, federation }: DistributingParts,
  origin: Origin,
  write: DistributedWrite<Result>,
): Promise<WriteOutcome<Result>> {
  const { operation, selection, replacesAll = false } = write;
  const target = await typedTarget(db, origin, write.target);
  const matches = matchesOf(federation, origin, target, selection, operation);
  const { shares, refused, ...split } = splitWrite(matches, operationsOf(write, matches), target);
  const leaving = leavingOf(target, shares, write);
  const refusal = leaving && (await lane.refusalOf(origin.caller, [leaving]));
  if (refusal !== undefined) throw refusal.error;
  const local =
    split.local ?? (replacesAll && !shares.some(({ isWhole }) => isWhole) ? { names: new Set<string>() } : undefined);
  const isOptional = split.isProxied && (split.local === undefined || target.names === undefined);
  const parts = await Promise.all([
    local === undefined ? NOTHING : writeLocally(write, local, isOptional),
    ...(await inParallel(shares, (share) => writeAtSource(federation, origin, write, share))),
  ]);
  const anySucceeded = parts.some(({ succeeded }) => succeeded);
  const isAnyones = target.types === undefined && anySucceeded;
  const failures = [
    ...parts
      .flatMap((part) => part.failures)
      .filter((failure) => !(isAnyones && isMissingElsewhere(federation, origin, failure))),
    ...refused.map((share) => failureOf(share, unsupported(share.registration, operation))),
  ];
  const [first] = failures;
  const isNowhere = failures.every(({ error }) => error.type === 'ResourceNotFound');
  if (first !== undefined && !anySucceeded && (failures.length === 1 || isNowhere)) throw first.error;
  const result = parts[0];
  return {
    failures,
    anySucceeded,
    written: new Set(parts.flatMap(({ written }) => [...written])),
    createdElsewhere: parts.some((part: Part<Result>) => part.created),
    ...('local' in result && { local: result.local as Result }),
  };
}

/** Writes to the history give no attribute a value that it has now. */
const OF_HISTORY: ReadonlySet<OperationName> = new Set([
  'upsertTemporal',
  'appendAttrsTemporal',
  'updateAttrInstanceTemporal',
]);

function leavingOf<Result>(
  { id, types }: WriteTarget,
  shares: readonly WriteShare[],
  { operation, given }: DistributedWrite<Result>,
): LeavingWrite | undefined {
  if (given === undefined || OF_HISTORY.has(operation)) return undefined;
  return leavingWrite({ id, types }, shares, given);
}

/** What gates judge of a write: what the sources get of it. Undefined: they get nothing. */
export function leavingWrite(
  { id, types }: Pick<WriteTarget, 'id' | 'types'>,
  shares: readonly WriteShare[],
  given: () => Iterable<string>,
): LeavingWrite | undefined {
  if (shares.length === 0) return undefined;
  const attributes = [...given()].filter((name) => shares.some(({ names }) => names?.has(name) ?? true));
  return { id, ...(types && { types }), attributes };
}

/** The operations that a source may be registered for to take part in a write. */
function operationsOf<Result>(
  { operation, instead }: DistributedWrite<Result>,
  matches: readonly RegistrationMatch[],
): OperationName[] {
  const isMissed = matches.some(
    ({ registration: { operations } }) =>
      instead !== undefined && !operations.has(operation) && operations.has(instead.operation),
  );
  if (instead === undefined || !isMissed) return [operation];
  const warning = `${operation}: sent as ${instead.operation} to sources that are not registered for it`;
  return tolerates('mergeAsUpdate', warning) ? [operation, instead.operation] : [operation];
}

/** If the types of the entity are unknown, a source registered for certain types may not have it. */
function isMissingElsewhere(
  federation: Federation,
  { tenant }: Origin,
  { error, registrationId }: WriteFailure,
): boolean {
  if (error.type !== 'ResourceNotFound' || registrationId === undefined) return false;
  return federation.registration(tenant, registrationId)?.mode === 'inclusive';
}

const NOTHING = { failures: [], succeeded: false, written: [] } as const;

/** The sources that a write concerns. */
export function matchesOf(
  federation: Federation,
  origin: Pick<Origin, 'tenant' | 'via'>,
  { id, types, names }: WriteTarget,
  selection: TypeSelection | undefined,
  operation: OperationName | undefined,
): RegistrationMatch[] {
  const selected = selection ?? (types && { kind: 'anyOf' as const, groups: types.map((type) => [type]) });
  return federation
    .search(origin, {
      selectors: [{ ids: [id], ...(selected && { types: selected }) }],
      ...(names && names.size > 0 && { attributes: names }),
      ...(operation && { operation }),
    })
    .filter(({ registration }) => registration.mode !== 'auxiliary');
}

/** Adds the types of a locally stored entity, so that sources of other types are not asked. */
export async function typedTarget(
  db: Queryable,
  { caller }: Pick<Origin, 'caller'>,
  target: WriteTarget,
): Promise<WriteTarget> {
  if (target.types !== undefined) return target;
  const types = (await stored(db, caller, target.id))?.types;
  return types === undefined ? target : { ...target, types };
}

async function writeLocally<Result>(
  write: DistributedWrite<Result>,
  left: { readonly names?: ReadonlySet<string> },
  isOptional: boolean,
): Promise<Part<Result>> {
  try {
    return { failures: [], succeeded: true, written: left.names ?? [], local: await write.local(left) };
  } catch (error) {
    if (!(error instanceof NgsiLdError)) throw error;
    if (isOptional && error.type === 'ResourceNotFound') return NOTHING;
    return { failures: [{ error, ...left }], succeeded: false, written: [] };
  }
}

async function writeAtSource<Result>(
  federation: Federation,
  origin: Origin,
  write: DistributedWrite<Result>,
  share: WriteShare,
): Promise<Part<Result>> {
  const { registration, names = [] } = share;
  const { call } = registration.operations.has(write.operation) ? write : (write.instead ?? write);
  const reply = await federation.send(registration, origin, (context) => call(share, context));
  const error = sourceError(registration, reply, write.operation === 'createEntity');
  if (error === undefined)
    return partial(share, reply) ?? { failures: [], succeeded: true, written: names, created: isCreated(reply) };
  // A request that came back in a loop is performed by this broker. For a source of equal rank that is not a failure.
  if (error.type === 'LoopDetected' && !isProxied(registration)) return NOTHING;
  return { failures: [failureOf(share, error)], succeeded: false, written: [] };
}

function isCreated(reply: SourceReply): boolean {
  return reply.kind === 'answer' && reply.status === 201;
}

/** The outcome of a share that a source answered with 207; undefined: it succeeded completely. */
function partial(share: WriteShare, reply: SourceReply): Part<never> | undefined {
  if (reply.kind !== 'answer' || reply.status !== 207) return undefined;
  const refused = isJsonObject(reply.body) ? namesNotUpdated(reply.body.notUpdated, reply.names) : [];
  const all = share.names ?? new Set<string>();
  const failed = refused.length === 0 ? all : all.intersection(new Set(refused));
  const error = new NgsiLdError('SourceFailed', `source ${share.registration.endpoint}: it performed only a part`);
  const failure = failureOf({ ...share, ...(share.names && { names: failed }) }, error);
  return { failures: [failure], succeeded: failed.size < all.size, written: all.difference(failed) };
}

function namesNotUpdated(notUpdated: unknown, names: Context): string[] {
  if (!Array.isArray(notUpdated)) return [];
  return notUpdated.flatMap((item: unknown) =>
    isJsonObject(item) && typeof item.attributeName === 'string' ? names.attribute(item.attributeName) : [],
  );
}

function failureOf({ registration, names }: WriteShare, error: NgsiLdError): WriteFailure {
  return { error, registrationId: registration.id, ...(names && { names }) };
}
