import { systemCaller } from '../access/caller.ts';
import { type Visibility, visibleNames } from '../access/visibility.ts';
import type { Database } from '../database/database.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { queryEntities } from './query-entities.ts';

const PAGE = 500;

/**
 * Those of the given entities that rights do not cover, or that do not exist.
 *
 * @param attributes IRIs of the attributes that must be covered; absent: the entity itself, with any of its attributes
 */
export async function refusedEntities(
  db: Database,
  tenant: string,
  rights: Visibility,
  ids: readonly string[],
  attributes?: readonly string[],
): Promise<ReadonlySet<string>> {
  const refused = new Set(ids);
  const asked = [...refused];
  for (let from = 0; from < asked.length; from += PAGE) {
    const selectors = [{ ids: asked.slice(from, from + PAGE) }];
    const query: EntityQuery = { selectors, limit: PAGE, offset: 0, count: false, local: true, joinLevel: 0 };
    const { entities } = await queryEntities(db, systemCaller(tenant), query);
    for (const entity of entities) {
      const names = visibleNames(rights, entity);
      if (names === 'all' || (names !== undefined && attributes?.every(names) !== false)) refused.delete(entity.id);
    }
  }
  return refused;
}
