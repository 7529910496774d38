import { changeOf } from '../model/diff.ts';
import { type EntityFragment, stampInstance } from '../model/fragment.ts';
import type { NameExpander } from '../model/names.ts';
import { splitLateInstances } from '../model/temporal/late-instances.ts';
import type { PastInstance } from '../model/temporal/temporal-entity.ts';
import { readFragmentOfUpsert, upsertAttributes } from './upsert-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * One item of Batch Upsert with `options=update` (5.6.8) that never replaces a newer value. An instance observed before
 * the current one goes to the history only, where it replaces one with the same observedAt. The lane decides on the row
 * as stored, so this holds whoever else writes the entity. The result is the number of late instances.
 */
function upsertMeasures(entityId: string, fragment: EntityFragment): Decide<number> {
  const upsert = upsertAttributes(entityId, fragment);
  return (before, at) => {
    if (before === undefined) return { after: upsert(before, at).after, result: 0 };
    const { late, rest } = splitLateInstances(before, fragment);
    if (late.length === 0) return { after: upsert(before, at).after, result: 0 };
    const past: PastInstance[] = late.map(({ name, instance }) => ({
      name,
      instance: stampInstance(instance, at, undefined),
    }));
    // A new object makes the lane write the history even though the entity itself does not change.
    if (Object.keys(rest.attributes).length === 0) return { after: { ...before }, result: late.length, past };
    const { after } = upsertAttributes(entityId, rest)(before, at);
    for (const { name, after: instance } of changeOf('', before, after, at).attributes) {
      if (instance !== undefined) past.push({ name, instance });
    }
    return { after, result: late.length, past };
  };
}

/** @throws NgsiLdError InvalidRequest, BadRequestData */
export function readMeasures(item: unknown, names: NameExpander): { entityId: string; decide: Decide<number> } {
  const { id, fragment } = readFragmentOfUpsert(item, names);
  return { entityId: id, decide: upsertMeasures(id, fragment) };
}
