import type { EntityChange } from '../../model/change.ts';
import type { Entity } from '../../model/entity.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';

/**
 * A write operation as a pure decision on the current entity. `after === before` writes nothing; `after: undefined`
 * deletes. A throw rejects only this write.
 */
export interface Decide<Result> {
  (before: Entity | undefined, at: string): Decision<Result>;
  /**
   * The entity most likely does not exist, so the lane need not read it first. If it exists, the lane decides again.
   */
  readonly expectsNewEntity?: boolean;
  /** The number of notifications that led to this write, for loop detection. Absent: none. */
  readonly hops?: number;
}

/** Wraps a decision, keeping the properties of the original one. */
export function inPlaceOf<Result>(former: Decide<Result>, decide: Decide<Result>): Decide<Result> {
  const { expectsNewEntity, hops } = former;
  if (expectsNewEntity !== true && hops === undefined) return decide;
  return Object.assign(decide, { ...(expectsNewEntity && { expectsNewEntity }), ...(hops !== undefined && { hops }) });
}

export interface Decision<Result> {
  readonly after: Entity | undefined;
  readonly result: Result;
  /** The instances that the history records in place of the change. Each replaces one with the same observedAt. */
  readonly past?: readonly PastInstance[];
}

/** A pending notification, written in the transaction of its change. */
export interface OutboxEntry {
  /** UUID v7. The id of the notification is `urn:ngsi-ld:Notification:<id>`. */
  readonly id: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  /** The version of the entity after the change, set by the lane. 0 if it concerns no single entity. */
  version: number;
  /** The JSON from which the notification is built. */
  readonly payload: unknown;
}

/** Consumers of changes. Wired in `wiring/`: the lane does not know about subscriptions. */
export interface ChangeListener {
  /**
   * Called synchronously before the write. Returns the notifications that this change causes. Is called again if the
   * write is retried.
   */
  notificationsOf(change: EntityChange): readonly OutboxEntry[];
  /** Called after the commit, in commit order for each entity. */
  committed(changes: readonly EntityChange[], entries: readonly OutboxEntry[]): void;
  /** Called when all writes of a request that writes several entities have an outcome, after their `committed`. */
  ended?(request: string): void;
  /** The answer of the database was lost: these entries may or may not have been committed. */
  uncertain?(entries: readonly OutboxEntry[]): void;
}

export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Batches concurrent writes into shared transactions. Keeps the order of writes per entity. Never answers before the
 * commit.
 */
export interface WriteLane {
  write<Result>(tenant: string, entityId: string, decide: Decide<Result>): Promise<Result>;
  /** Performs many writes, each with its own outcome, in order. An id may repeat. */
  writeAll<Result>(tenant: string, writes: readonly EntityWrite<Result>[]): Promise<Outcome<Result>[]>;
}

export interface EntityWrite<Result> {
  readonly entityId: string;
  readonly decide: Decide<Result>;
}
