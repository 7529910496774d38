import type { Entity } from '../entity.ts';
import { type EntityFragment, findInstance, type InstanceFragment } from '../fragment.ts';
import { compareTimes } from './temporal-present.ts';

/** The instances of a fragment that are older than the current ones, and the rest. */
interface LateInstances {
  readonly late: readonly { readonly name: string; readonly instance: InstanceFragment }[];
  readonly rest: EntityFragment;
}

const NONE: LateInstances['late'] = [];

/** Separates the instances that were observed before the current one of their dataset. */
export function splitLateInstances(before: Entity, fragment: EntityFragment): LateInstances {
  let late: { name: string; instance: InstanceFragment }[] | undefined;
  for (const name in fragment.attributes) {
    const present = before.attributes[name];
    if (present === undefined) continue;
    for (const instance of fragment.attributes[name] as readonly InstanceFragment[]) {
      if (!isLate(instance, findInstance(present, instance.datasetId)?.observedAt)) continue;
      late ??= [];
      late.push({ name, instance });
    }
  }
  if (late === undefined) return { late: NONE, rest: fragment };
  const gone = new Set(late.map(({ instance }) => instance));
  const attributes: Record<string, readonly InstanceFragment[]> = {};
  for (const name in fragment.attributes) {
    const kept = fragment.attributes[name]?.filter((instance) => !gone.has(instance)) ?? [];
    if (kept.length > 0) attributes[name] = kept;
  }
  return { late, rest: { ...fragment, attributes } };
}

function isLate({ observedAt, deleted }: InstanceFragment, present: string | undefined): boolean {
  if (observedAt === undefined || present === undefined || deleted) return false;
  // All are UTC. With equal length they can be compared as texts, so not every measure needs parsing.
  return observedAt.length === present.length ? observedAt < present : compareTimes(observedAt, present) < 0;
}
