import type { WriteLane } from '../../entities/write-lane/write-lane.ts';
import type { Entity } from '../../model/entity.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import { compareTimes, withLatest } from '../../model/temporal/temporal-present.ts';
import { badMember } from '../../model/values.ts';
import type { EntityMeasures } from './entity-measures.ts';

/** For each series, the time up to which the current value is known to be at least as recent. */
export class CurrentTimes {
  readonly #times = new Map<string, string>();

  /**
   * The instances that may have to become current values: the latest of each series, unless the current value is more
   * recent.
   */
  newer(id: string, instances: readonly PastInstance[]): PastInstance[] {
    const latest = new Map<string, PastInstance>();
    for (const past of instances) {
      const key = JSON.stringify([id, past.name, past.instance.datasetId]);
      const before = latest.get(key)?.instance.observedAt ?? this.#times.get(key) ?? '';
      // All have an observedAt (lines without a time are refused), but the number of digits varies.
      if (before === '' || compareTimes(past.instance.observedAt ?? '', before) >= 0) latest.set(key, past);
    }
    return [...latest.values()];
  }

  /** Records that these instances were written, or that the entity has more recent ones. */
  settle({ id, attributes }: Entity, instances: readonly PastInstance[]): void {
    for (const { name, instance } of instances) {
      const { datasetId } = instance;
      const present = attributes[name]?.find((each) => each.datasetId === datasetId);
      this.#times.set(JSON.stringify([id, name, datasetId]), present?.observedAt ?? instance.observedAt ?? '');
    }
  }
}

/**
 * Updates the current values of entities before their history is written, and creates new entities.
 *
 * @throws NgsiLdError BadRequestData: an entity is new and no type is known
 */
export async function updateCurrentValues(
  lane: WriteLane,
  presents: CurrentTimes,
  tenant: string,
  entities: ReadonlyMap<string, EntityMeasures>,
  fallback: string | undefined,
): Promise<void> {
  const writes = [];
  for (const [id, { instances, types }] of entities) {
    const newer = presents.newer(id, instances);
    if (newer.length === 0) continue;
    const decide = (before: Entity | undefined, at: string) => {
      const known = before ?? made(id, types ?? (fallback === undefined ? undefined : [fallback]), at);
      const after = withLatest(known, newer, at);
      const isSame = before !== undefined && after.modifiedAt === before.modifiedAt;
      presents.settle(after, newer);
      return { after: isSame ? before : after, result: undefined, past: [] };
    };
    writes.push({ entityId: id, decide });
  }
  for (const outcome of await lane.writeAll(tenant, writes)) if ('error' in outcome) throw outcome.error;
}

function made(id: string, types: readonly string[] | undefined, at: string): Entity {
  if (types === undefined) throw badMember('type', undefined, `--type, or a type in the lines of ${id}: it is new`);
  return { id, types, createdAt: at, modifiedAt: at, attributes: {} };
}
