import type { ObjectKind } from '@alzette/kit/objects';
import type { StrategyVersion } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { LEVELS, readsSome } from '../rights/lighting-kind.ts';
import { findStrategy } from './strategy-rows.ts';

const TYPES = [
  'https://w3id.org/alzette/def/StreetlightControlCalendar',
  'https://w3id.org/alzette/def/StreetlightControlProgram',
];

/** A stored version of a strategy, or one that a request would store. */
type StrategyObject = Pick<StrategyVersion, 'id'>;

/**
 * All communes share the strategies. Whoever may write the entities that they are published as may change them; whoever
 * sees how brightly lamps burn in a commune may see them.
 */
export function strategyKind(parts: Pick<LightingParts, 'db' | 'territories'>): ObjectKind<StrategyObject> {
  return {
    name: 'lighting strategy',
    find: (tenant, id) => findStrategy(parts.db, tenant, id),
    async may(action, { id }, judge) {
      const isPublished = TYPES.every((type) =>
        judge.may(action, { id: `urn:ngsi-ld:${type.slice(type.lastIndexOf('/') + 1)}:${id}`, types: [type] }),
      );
      return isPublished || (action === 'read' && (await readsSome(parts, LEVELS, judge)));
    },
  };
}
