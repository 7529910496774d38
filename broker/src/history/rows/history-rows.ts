import { Columns } from '../../database/columns.ts';
import type { EntityChange } from '../../model/change.ts';
import { SCOPE } from '../../model/change-entity.ts';
import { sameJson } from '../../model/diff.ts';
import type { AttributeInstance } from '../../model/entity.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import { temporalKey } from '../../query/temporal/temporal-key.ts';

/**
 * tenant, entity id, attribute, dataset id if any, kind, at (if it differs from the time of the write), instance,
 * number.
 */
export function historyRows(): Columns {
  return new Columns(['text', 'text', 'text', 'text', 'text', 'text', 'text', 'float8']);
}

/** Receives rows one by one, with the values in column order. */
export interface HistoryRows {
  push(...row: unknown[]): void;
}

/**
 * Adds the rows that record a change: the new attribute instances, without their times, which are columns of the row;
 * and the scope, stored like an instance (4.5.6).
 *
 * @param isReplaced whether an instance is not recorded
 */
export function pushChange(
  rows: HistoryRows,
  change: EntityChange,
  isReplaced?: (name: string, instance: AttributeInstance) => boolean,
): void {
  const { tenant, entityId, at } = change;
  for (const { kind, name, datasetId, before, after: instance } of change.attributes) {
    if (instance !== undefined && isReplaced?.(name, instance)) continue;
    rows.push(
      tenant,
      entityId,
      name,
      datasetId,
      kind,
      instance?.observedAt,
      JSON.stringify(
        instance ? { ...instance, createdAt: undefined, modifiedAt: undefined } : { type: before?.type, deletedAt: at },
      ),
      summable(instance?.value),
    );
  }
  pushScopes(rows, change);
}

/** Adds the row for a changed scope. */
export function pushScopes(rows: HistoryRows, change: EntityChange): void {
  const { tenant, entityId, at } = change;
  const scopes = change.after?.scopes;
  const before = change.before?.scopes;
  if (scopes === before || sameJson(scopes, before)) return;
  const kind =
    scopes === undefined ? 'attributeDeleted' : before === undefined ? 'attributeCreated' : 'attributeUpdated';
  const instance =
    scopes === undefined
      ? { type: 'Property', deletedAt: at }
      : { type: 'Property', value: scopes, observedAt: at, createdAt: at, modifiedAt: at };
  rows.push(tenant, entityId, SCOPE, undefined, kind, undefined, JSON.stringify(instance), undefined);
}

/**
 * Adds the rows of instances given by the temporal API. Of several with the same dataset and observedAt the last one is
 * used.
 */
export function pushPast(
  rows: HistoryRows,
  tenant: string,
  entityId: string,
  instances: readonly PastInstance[],
): void {
  for (const { name, instance } of withoutReplaced(instances)) {
    const { datasetId, observedAt, value } = instance;
    rows.push(
      tenant,
      entityId,
      name,
      datasetId,
      'attributeImported',
      observedAt,
      JSON.stringify(instance),
      summable(value),
    );
  }
}

function withoutReplaced(instances: readonly PastInstance[]): Iterable<PastInstance> {
  const last = new Map<unknown, PastInstance>();
  for (const past of instances) last.set(placeOf(past) ?? past, past);
  return last.values();
}

/**
 * Whether one of these replaces an instance that the same statement records: a statement can't delete a row that it
 * inserts.
 */
export function replacedBy(instances: readonly PastInstance[]): (name: string, instance: AttributeInstance) => boolean {
  const places = new Set(instances.map(placeOf));
  places.delete(undefined);
  return (name, instance) => places.has(placeOf({ name, instance }));
}

/** A key of attribute, dataset and observedAt, which is unique in the history; undefined: it has no observedAt. */
function placeOf({ name, instance: { datasetId, observedAt } }: PastInstance): string | undefined {
  const time = observedAt && temporalKey(observedAt, 'dateTime');
  return time && JSON.stringify([name, datasetId, time]);
}

/**
 * The square of a greater number would overflow a double, and the database would refuse every sum with it. The same
 * limit is in `birth_instance`.
 */
const GREATEST_SUMMED = 1e150;

/** The number to store for sums; undefined for values that are not summed up. */
export function summable(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= GREATEST_SUMMED ? value : undefined;
}
