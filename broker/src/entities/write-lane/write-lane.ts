import type { EntityChange } from '../../model/change.ts';
import type { Entity } from '../../model/entity.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';

/**
 * A write operation as a pure decision on the entity as the lane holds it. `after === before` writes nothing;
 * `after: undefined` deletes. A throw rejects this write alone.
 */
export interface Decide<Result> {
  (before: Entity | undefined, at: string): Decision<Result>;
  /** The entity is most likely new, so that the lane need not look first: it decides anew where it finds one. */
  readonly expectsNone?: boolean;
  /** How many notifications led to the write; absent: none. */
  readonly hops?: number;
}

/** A decision that takes the place of another, with what was told of that one. */
export function inPlaceOf<Result>(former: Decide<Result>, decide: Decide<Result>): Decide<Result> {
  const { expectsNone, hops } = former;
  if (expectsNone !== true && hops === undefined) return decide;
  return Object.assign(decide, { ...(expectsNone && { expectsNone }), ...(hops !== undefined && { hops }) });
}

export interface Decision<Result> {
  readonly after: Entity | undefined;
  readonly result: Result;
  /** What history records of this write, in place of what it changed; one takes the place of another of the same observedAt. */
  readonly past?: readonly PastInstance[];
}

/** A notification owed, written in the transaction of the change it tells of. */
export interface OutboxEntry {
  /** UUID v7: the notification's stable id is `urn:ngsi-ld:Notification:<id>`. */
  readonly id: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  /** Of the entity after the change; the lane sets it. 0 where it tells of no single entity. */
  version: number;
  /** What the notification is built from; JSON. */
  readonly payload: unknown;
}

/** What hangs on changes. Wired in `wiring/`; the lane knows no subscription. */
export interface ChangeListener {
  /** Called before the write, synchronously: the notifications owed for this change. May run again if the write is retried. */
  owed(change: EntityChange): readonly OutboxEntry[];
  /** Called after commit, in commit order for each entity. */
  committed(changes: readonly EntityChange[], entries: readonly OutboxEntry[]): void;
  /** Called when all writes of a request that wrote several entities have their outcome, after their `committed`. */
  ended?(request: string): void;
  /** These may have been committed, or may yet be: the answer was lost, and nothing is to be seen of them. */
  doubted?(entries: readonly OutboxEntry[]): void;
}

export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/** Coalesces concurrent writes into shared transactions; keeps order per entity; never answers before commit. */
export interface WriteLane {
  write<Result>(tenant: string, entityId: string, decide: Decide<Result>): Promise<Result>;
  /** Many writes at once, each with its own outcome, in order; an id may repeat. */
  writeAll<Result>(tenant: string, writes: readonly EntityWrite<Result>[]): Promise<Outcome<Result>[]>;
}

export interface EntityWrite<Result> {
  readonly entityId: string;
  readonly decide: Decide<Result>;
}
