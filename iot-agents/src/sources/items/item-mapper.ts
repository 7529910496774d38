import { createHash } from 'node:crypto';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { compiledAt, evaluated, MappingError, mapEntities } from '../../mapping/entity-mapper.ts';
import { mappingsOf } from '../../mapping/profile-mapper.ts';
import type { HarvestedItem } from './harvest.ts';
import type { ItemMapping, ItemProblem } from './item-mapping.ts';
import { readTime } from './times.ts';

/** The location of an item. */
export type ItemPlace = Pick<ItemProblem, 'line' | 'item' | 'file'>;

interface MappedItem {
  /** Absent: the item is invalid, or yields no entity. */
  readonly item?: HarvestedItem;
  readonly problems: readonly ItemProblem[];
}

export type ItemMapper = (data: unknown, place: ItemPlace, fetchedAt: string) => MappedItem;

const FUTURE_SKEW_MS = 5 * 60_000;

/** Compiles a source's expressions once. @throws MappingError names the invalid expression */
export function compileItems(sourceId: string, { key, observedAt, entities }: ItemMapping): ItemMapper {
  const mappings = mappingsOf(entities);
  const keyOf = key === undefined ? undefined : compiledAt(key, 'key');
  const timeOf = observedAt === undefined ? undefined : compiledAt(observedAt.value, 'observedAt.value');

  /** Undefined: the source has no time. @throws MappingError */
  const momentOf = (variables: Record<string, unknown>, fetchedAt: string): string | undefined => {
    if (timeOf === undefined) return undefined;
    const given = evaluated(timeOf, variables, 'observedAt');
    const moment = readTime(given, observedAt ?? {});
    const shown = JSON.stringify(given)?.slice(0, 100) ?? 'nothing';
    if (moment === undefined) {
      throw new MappingError(`observedAt is ${shown}, expected a time written as ${observedAt?.format ?? 'iso'}`);
    }
    if (Date.parse(moment) > Date.parse(fetchedAt) + FUTURE_SKEW_MS) {
      throw new MappingError(`observedAt is ${shown}, which lies in the future`);
    }
    return moment;
  };

  return (data, place, fetchedAt) => {
    const variables: Record<string, unknown> = { data, source: { id: sourceId } };
    try {
      const moment = momentOf(variables, fetchedAt);
      const mapped = mapEntities(mappings, variables, { observedAt: moment ?? fetchedAt, receivedAt: fetchedAt }, true);
      const problems = mapped.dropped.map(({ message }) => ({
        ...place,
        ...fieldOf(message),
        message,
        refused: false,
      }));
      if (mapped.entities.length === 0) return { problems };
      const named = keyOf === undefined ? undefined : evaluated(keyOf, variables, 'key');
      if (keyOf !== undefined && typeof named !== 'string' && typeof named !== 'number') {
        throw new MappingError(`key is ${JSON.stringify(named) ?? 'nothing'}, expected a text or a number`);
      }
      return {
        item: {
          key: named === undefined ? mapped.entities.map(({ id }) => id).join(' ') : String(named),
          ...(moment === undefined ? {} : { moment }),
          hash: contentHash(mapped.entities),
          entities: mapped.entities,
        },
        problems,
      };
    } catch (cause) {
      if (!(cause instanceof MappingError)) throw cause;
      return { problems: [{ ...place, ...fieldOf(cause.message), message: cause.message, refused: true }] };
    }
  };
}

/** A hash of the entities' content, without times. */
export function contentHash(entities: readonly Entity[]): Buffer {
  const text = JSON.stringify(entities, (name, value: unknown) => (name === 'observedAt' ? undefined : value));
  return createHash('sha256').update(text).digest();
}

/** Messages of the mapping begin with the attribute's name. */
function fieldOf(message: string): { field?: string } {
  const field = /^([\p{L}_][\p{L}\p{N}_.-]*)(?::| is )/u.exec(message)?.[1];
  return field === undefined ? {} : { field };
}
