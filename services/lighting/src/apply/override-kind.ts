import type { ObjectKind } from '@alzette/kit/objects';
import type { Override } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach } from '../rights/lamp-rights.ts';
import { findOverride } from './override-rows.ts';

/** An override belongs to whoever may command all of its lamps, and is seen by whoever may read these commands. */
export function overrideKind({
  db,
}: Pick<LightingParts, 'db'>): ObjectKind<Pick<Override, 'id' | 'lamps' | 'command'>> {
  return {
    name: 'override',
    find: (tenant, id) => findOverride(db, tenant, id),
    may: (action, { lamps, command }, judge) =>
      coversEach(judge, action, lamps, action === 'read' ? [command, `${command}_status`] : [command]),
  };
}
