import type { HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';

const GRACE_MS = 2_000;

/**
 * Compares the current items with those of the last run. Entities that no longer occur end at once (`expiresAt`, 4.22),
 * unless they have ended already; what was remembered about them is deleted.
 */
export function openItems(
  before: unknown,
  shown: readonly string[],
  now: Date,
): {
  readonly ended: { readonly type: string; readonly item: HarvestedItem }[];
  readonly forgets: string[];
} {
  const shownIds = new Set(shown);
  const forgets = (Array.isArray(before) ? before : []).filter(
    (id): id is string => typeof id === 'string' && !shownIds.has(id),
  );
  const expiresAt = new Date(now.getTime() + GRACE_MS).toISOString();
  const ended = forgets.map((id) => {
    const type = id.split(':')[2] ?? '';
    const entities = [{ id, type, expiresAt }];
    return { type, item: { key: id, hash: contentHash(entities), entities } };
  });
  return { ended, forgets };
}
