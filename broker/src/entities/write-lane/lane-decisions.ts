import type { EntityChange } from '../../model/change.ts';
import { changeOf } from '../../model/diff.ts';
import type { Entity } from '../../model/entity.ts';
import { hasExpired } from '../../model/expiry.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import type { StoredEntity } from './entity-cache.ts';
import type { ChangeListener, Decide, OutboxEntry, Outcome } from './write-lane.ts';

/** One write that waits for its outcome. */
export interface Task {
  readonly decide: Decide<unknown>;
  /** When it came, as `performance.now` tells. */
  readonly since: number;
  /** The request that it is of, where that writes several entities. */
  readonly request?: string;
  settle(outcome: Outcome<unknown>): void;
}

/** What the tasks queued on one entity come to, decided one after the other in memory. */
export interface DecidedEntity {
  /** Of the tasks, in order; shorter when the last ones must wait for the next transaction. */
  readonly outcomes: readonly Outcome<unknown>[];
  /** Undefined: deleted, or never there. */
  readonly after: Entity | undefined;
  readonly changes: readonly EntityChange[];
  /** By change: what history records of it, where that is not what it changed. */
  readonly past: ReadonlyMap<EntityChange, readonly PastInstance[]> | undefined;
  readonly entries: readonly OutboxEntry[];
}

/**
 * Decides the tasks on one entity, each on what the one before left. A task that throws leaves the entity as it was. One that has
 * expired is no more, though its row may still be there (4.22): it is deleted first, whatever the tasks then come to.
 */
export function decideAll(
  tenant: string,
  stored: StoredEntity | undefined,
  tasks: readonly Task[],
  at: string,
  owed: ChangeListener['owed'],
): DecidedEntity {
  const outcomes: Outcome<unknown>[] = [];
  const changes: EntityChange[] = [];
  const entries: OutboxEntry[] = [];
  let past: Map<EntityChange, readonly PastInstance[]> | undefined;
  let current = stored?.entity;
  const become = (after: Entity | undefined, hops?: number, request?: string): EntityChange => {
    let change = changeOf(tenant, current, after, at);
    if (hops !== undefined) change = { ...change, hops };
    if (request !== undefined) change = { ...change, request };
    entries.push(...owed(change));
    changes.push(change);
    current = after;
    return change;
  };
  if (current !== undefined && hasExpired(current.expiresAt, at)) {
    // As it was while it counted: filters of subscriptions find nothing in what has expired.
    const { expiresAt, ...counted } = current;
    current = counted;
    become(undefined);
  }
  for (const { decide, request } of tasks) {
    try {
      const { after, result, past: instances } = decide(current, at);
      if (after !== current) {
        // Made and deleted again would leave no row for its history to hang on: the deletion gets its own transaction.
        if (after === undefined && stored === undefined) break;
        const change = become(after, decide.hops, request);
        if (instances !== undefined) {
          past ??= new Map();
          past.set(change, instances);
        }
      }
      outcomes.push({ result });
    } catch (error) {
      outcomes.push({ error });
    }
  }
  return { outcomes, after: current, changes, past, entries };
}
