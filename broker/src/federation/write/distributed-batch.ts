import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { AuthorizedLane } from '../../entities/write-lane/authorized-lane.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/values.ts';
import { type Federation, inParallel, sourceName } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { type SourceCall, type SourceReply, segment } from '../calls/source-call.ts';
import { sourceError, unsupported } from '../calls/source-errors.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { isProxied, type Registration } from '../registrations/registration.ts';
import type { DistributingParts, WriteFailure } from './distributed-write.ts';
import { leavingWrite, matchesOf, typedTarget } from './distributed-write.ts';
import type { Left } from './entity-writes.ts';
import { namesGiven, namesIn, shareDocument } from './share-document.ts';
import { splitWrite, type WriteShare, type WriteSplit } from './split-write.ts';

/** One valid item of a batch. */
export interface DistributedItem<Result> {
  readonly entityId: string;
  /** IRIs; absent: it has none. */
  readonly types?: readonly string[] | undefined;
  /** IRIs; absent: it concerns the entity as a whole. */
  readonly names?: ReadonlySet<string>;
  /** Absent if the id is enough. */
  readonly document?: JsonObject;
  /** The @context of its names. */
  readonly context: Context;
  readonly decide: (left: Left) => Decide<Result>;
}

/** An alternative for sources that don't support batches: a single request for an item. Tried in order. */
export interface SingleCall {
  readonly operation: OperationName;
  readonly method: SourceCall['method'];
  /** The resource: `/entities`, an entity, or the attributes of an entity. */
  readonly place: 'entities' | 'entity' | 'attributes';
  readonly query?: { readonly [name: string]: string };
}

/** A batch operation as requested from sources (5.6.7 to 5.6.10, 5.6.20). */
export interface BatchKind {
  readonly operation: OperationName;
  /** Below `/entityOperations/`. */
  readonly path: 'create' | 'upsert' | 'update' | 'merge' | 'delete';
  readonly query?: { readonly [name: string]: string | undefined };
  /**
   * The first one that the source is registered for is used. If the entity already exists there, the next one is tried.
   */
  readonly singles: readonly SingleCall[];
}

/** The outcome of an item. */
export interface ItemOutcome<Result> {
  readonly entityId: string;
  readonly failures: readonly WriteFailure[];
  /** Whether a party created the entity. */
  readonly created: boolean;
  /** The result of the local write. */
  readonly result?: Result;
}

/** An item with the types and attributes of its document. */
export function documentItem(document: JsonObject, context: Context): Pick<DistributedItem<never>, 'types' | 'names'> {
  const { type } = document;
  const types = type === undefined ? undefined : [type].flat().map((term) => context.type(String(term)));
  return { types, names: namesIn(document, context) };
}

interface Planned<Result> {
  readonly item: DistributedItem<Result>;
  /** IRIs; absent: unknown. */
  readonly types: readonly string[] | undefined;
  split: WriteSplit;
  readonly failures: WriteFailure[];
  created: boolean;
  result?: Result;
}

/** The items of a batch for one source, in the names of one @context. */
interface SourceBatch<Result> {
  readonly registration: Registration;
  readonly context: Context;
  readonly entries: { readonly planned: Planned<Result>; readonly share: WriteShare }[];
}

/**
 * Runs a batch locally and at the sources concerned, in parallel. Each item succeeds or fails independently.
 *
 * @param refused the reason why a local result counts as failed, if any
 */
export async function distributeBatch<Result>(
  { db, lane, federation }: DistributingParts,
  origin: Origin,
  kind: BatchKind,
  items: readonly DistributedItem<Result>[],
  refused?: (result: Result) => NgsiLdError | undefined,
): Promise<ItemOutcome<Result>[]> {
  const operations = [kind.operation, ...kind.singles.map(({ operation }) => operation)];
  const planned = await inParallel(items, async (item): Promise<Planned<Result>> => {
    const { entityId: id, types, names } = item;
    const target = await typedTarget(db, origin, { id, types, ...(names && { names }) });
    const matches = matchesOf(federation, origin, target, undefined, undefined);
    const split = splitWrite(matches, operations, target);
    const failures = split.refused.map(({ registration }) => ({
      error: unsupported(registration, kind.operation),
      registrationId: registration.id,
    }));
    return { item, types: target.types, split, failures, created: false };
  });
  await refuseByGates(lane, origin.caller, kind, planned);
  await Promise.all([
    runLocally(lane, origin.caller, planned, refused),
    inParallel(sourceBatches(planned), (consignment) => runAtSource(federation, origin, kind, consignment)),
  ]);
  return planned.map(({ item, ...outcome }) => {
    const { failures, created } = outcome;
    return {
      entityId: item.entityId,
      failures,
      created,
      ...('result' in outcome && { result: outcome.result as Result }),
    };
  });
}

/** What a gate refuses is done neither here nor elsewhere. */
async function refuseByGates<Result>(
  lane: AuthorizedLane,
  caller: Caller,
  { path }: BatchKind,
  all: readonly Planned<Result>[],
): Promise<void> {
  if (path === 'delete') return;
  const leaving = all.flatMap(({ item: { entityId: id, document, context }, types, split }) =>
    document === undefined
      ? []
      : (leavingWrite({ id, types }, split.shares, () => namesGiven(document, context)) ?? []),
  );
  const refusal = leaving.length === 0 ? undefined : await lane.refusalOf(caller, leaving);
  if (refusal === undefined) return;
  for (const planned of all) {
    if (planned.split.shares.length === 0 || !refusal.ids.has(planned.item.entityId)) continue;
    planned.split = { shares: [], refused: [], local: undefined, isProxied: false };
    planned.failures.splice(0, Number.POSITIVE_INFINITY, { error: refusal.error });
  }
}

async function runLocally<Result>(
  lane: AuthorizedLane,
  caller: Caller,
  all: readonly Planned<Result>[],
  refused: ((result: Result) => NgsiLdError | undefined) | undefined,
): Promise<void> {
  const local = all.filter(({ split }) => split.local !== undefined);
  const writes = local.map(({ item, split }) => ({
    entityId: item.entityId,
    decide: item.decide(split.local ?? {}),
  }));
  const outcomes = await lane.writeAll(caller, writes);
  for (const [index, outcome] of outcomes.entries()) {
    const one = local[index] as Planned<Result>;
    const { item, split, failures } = one;
    if ('result' in outcome) {
      one.result = outcome.result;
      const refusal = refused?.(outcome.result);
      if (refusal !== undefined) failures.push({ error: refusal });
      if (outcome.result === 'created') one.created = true;
      continue;
    }
    const { error } = outcome;
    if (!(error instanceof NgsiLdError)) throw error;
    const isElsewhere = split.isProxied && item.names === undefined && error.type === 'ResourceNotFound';
    if (!isElsewhere) failures.push({ error });
  }
}

function sourceBatches<Result>(all: readonly Planned<Result>[]): SourceBatch<Result>[] {
  const byContext = new Map<Context, Map<string, SourceBatch<Result>>>();
  for (const planned of all) {
    const { context } = planned.item;
    let bySource = byContext.get(context);
    if (bySource === undefined) {
      bySource = new Map();
      byContext.set(context, bySource);
    }
    for (const share of planned.split.shares) {
      const { registration } = share;
      const consignment = bySource.get(registration.id) ?? { registration, context, entries: [] };
      consignment.entries.push({ planned, share });
      bySource.set(registration.id, consignment);
    }
  }
  return [...byContext.values()].flatMap((bySource) => [...bySource.values()]);
}

async function runAtSource<Result>(
  federation: Federation,
  origin: Origin,
  kind: BatchKind,
  { registration, context, entries }: SourceBatch<Result>,
): Promise<void> {
  const inTheirs = { ...origin, context };
  if (!registration.operations.has(kind.operation)) {
    await inParallel(entries, async ({ planned, share }) => {
      const reply = await runSingle(federation, inTheirs, kind, planned.item, share);
      settle(registration, reply, [planned], kind);
    });
    return;
  }
  const reply = await federation.send(registration, inTheirs, (names) => ({
    method: 'POST',
    path: `/entityOperations/${kind.path}`,
    query: kind.query ?? {},
    body: entries.map(({ planned: { item }, share }) =>
      item.document === undefined ? item.entityId : shareDocument(item.document, share, context, names),
    ),
  }));
  settle(
    registration,
    reply,
    entries.map(({ planned }) => planned),
    kind,
  );
}

async function runSingle<Result>(
  federation: Federation,
  origin: Origin,
  { singles }: BatchKind,
  { entityId, document, context }: DistributedItem<Result>,
  share: WriteShare,
): Promise<SourceReply | NgsiLdError> {
  const { registration } = share;
  const calls = singles.filter(({ operation }) => registration.operations.has(operation));
  for (const { operation, method, place, query } of calls) {
    const path = { entities: '', entity: `/${segment(entityId)}`, attributes: `/${segment(entityId)}/attrs/` }[place];
    const reply = await federation.send(registration, origin, (names) => ({
      method,
      path: `/entities${path}`,
      query: query ?? {},
      ...(document && { body: shareDocument(document, share, context, names) }),
    }));
    const isThere =
      operation === 'createEntity' && singles.length > 1 && reply.kind === 'answer' && reply.status === 409;
    if (!isThere) return reply;
  }
  return new NgsiLdError(
    'OperationNotSupported',
    `${sourceName(registration)}: the entity already exists, and the source is not registered for an operation that would change it`,
  );
}

/** Records the outcome at a source for its items. */
function settle<Result>(
  registration: Registration,
  reply: SourceReply | NgsiLdError,
  given: readonly Planned<Result>[],
  kind: BatchKind,
): void {
  const fail = ({ failures }: Planned<Result>, error: NgsiLdError) =>
    failures.push({ error, registrationId: registration.id });
  const error =
    reply instanceof NgsiLdError ? reply : sourceError(registration, reply, kind.operation === 'createBatch');
  // The request has come back in a loop to this broker, which performs it anyway.
  if (error?.type === 'LoopDetected' && !isProxied(registration)) return;
  if (error !== undefined) {
    for (const planned of given) fail(planned, error);
    return;
  }
  if (reply instanceof NgsiLdError || reply.kind === 'silence') return;
  const made = reply.status === 201 ? (Array.isArray(reply.body) ? new Set<unknown>(reply.body) : undefined) : NONE;
  const failed = reply.status === 207 ? errorsOf(registration, reply.body) : new Map<string, NgsiLdError>();
  for (const planned of given) {
    const { entityId } = planned.item;
    const own = failed?.get(entityId);
    if (failed === undefined)
      fail(planned, new NgsiLdError('SourceFailed', `${sourceName(registration)}: it performed only a part`));
    else if (own !== undefined) fail(planned, own);
    else if (made === undefined || made.has(entityId)) planned.created = true;
  }
}

const NONE: ReadonlySet<unknown> = new Set();

/** The errors that a source reported, by entity; undefined: it reported none although it did not perform everything. */
function errorsOf(registration: Registration, body: unknown): Map<string, NgsiLdError> | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.errors) || body.errors.length === 0) return undefined;
  const errors = new Map<string, NgsiLdError>();
  for (const item of body.errors as unknown[]) {
    if (!isJsonObject(item) || typeof item.entityId !== 'string') continue;
    const problem = isJsonObject(item.error) ? item.error : {};
    const status = typeof problem.status === 'number' ? problem.status : 500;
    const type = status === 404 ? 'ResourceNotFound' : status === 409 ? 'AlreadyExists' : 'SourceFailed';
    const detail = typeof problem.detail === 'string' ? problem.detail : `status ${status}`;
    errors.set(item.entityId, new NgsiLdError(type, `${sourceName(registration)}: ${detail}`));
  }
  return errors;
}
