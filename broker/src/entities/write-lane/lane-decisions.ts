import type { ChangeOrigin, EntityChange } from '../../model/change.ts';
import { changeOf } from '../../model/diff.ts';
import type { Entity } from '../../model/entity.ts';
import { hasExpired } from '../../model/expiry.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import type { StoredEntity } from './entity-cache.ts';
import type { ChangeListener, Decide, OutboxEntry, Outcome } from './write-lane.ts';

/** A write that waits for its outcome. */
export interface Task {
  readonly decide: Decide<unknown>;
  /** Arrival time, from `performance.now`. */
  readonly since: number;
  /** The request it belongs to, if that writes several entities. */
  readonly request: string | undefined;
  /** The trace of the request, as text. */
  readonly trace: string | undefined;
  settle(outcome: Outcome<unknown>): void;
}

/** The result of all tasks queued on one entity, decided in memory one after the other. */
export interface DecidedEntity {
  /**
   * The outcomes of the tasks, in order. Shorter than the tasks if the last ones must wait for the next transaction.
   */
  readonly outcomes: readonly Outcome<unknown>[];
  /** Undefined: the entity is deleted or never existed. */
  readonly after: Entity | undefined;
  readonly changes: readonly EntityChange[];
  /** By change: the instances that the history records, if they differ from the change itself. */
  readonly past: ReadonlyMap<EntityChange, readonly PastInstance[]> | undefined;
  readonly entries: readonly OutboxEntry[];
}

/**
 * Decides the tasks on one entity, each on the result of the one before. A task that throws leaves the entity
 * unchanged. An entity that has expired (4.22) is deleted first, whatever the tasks then do.
 */
export function decideAll(
  tenant: string,
  stored: StoredEntity | undefined,
  tasks: readonly Task[],
  at: string,
  notificationsOf: ChangeListener['notificationsOf'],
): DecidedEntity {
  const outcomes: Outcome<unknown>[] = [];
  const changes: EntityChange[] = [];
  const entries: OutboxEntry[] = [];
  let past: Map<EntityChange, readonly PastInstance[]> | undefined;
  let current = stored?.entity;
  const become = (after: Entity | undefined, origin?: ChangeOrigin): EntityChange => {
    const change = changeOf(tenant, current, after, at, origin);
    entries.push(...notificationsOf(change));
    changes.push(change);
    current = after;
    return change;
  };
  if (current !== undefined && hasExpired(current.expiresAt, at)) {
    // The deletion reports the entity without its expiry, because subscription filters ignore expired entities.
    const { expiresAt, ...counted } = current;
    current = counted;
    become(undefined);
  }
  for (const task of tasks) {
    const { decide } = task;
    try {
      const { after, result, past: instances } = decide(current, at);
      if (after !== current) {
        // Creating and deleting an entity in one transaction would leave no row that its history can refer to. So the
        // deletion gets its own transaction.
        if (after === undefined && stored === undefined) break;
        const change = become(after, { hops: decide.hops, request: task.request, trace: task.trace });
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
