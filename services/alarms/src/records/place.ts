import { missing } from '@alzette/kit/problems';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Actor } from './perform.ts';

export interface Place {
  /** The scopes of all the entities. */
  readonly scope: readonly string[];
  /** The location of the first entity that has one. */
  readonly location?: Geometry;
}

/** The place of entities, as visible to the caller. @throws Problem 404: an entity does not exist */
export async function placeOf(
  { tenant, client }: Pick<Actor, 'tenant' | 'client'>,
  ids: readonly string[],
): Promise<Place> {
  if (ids.length === 0) return { scope: [] };
  const { entities } = await client.queryEntities({
    id: [...ids],
    tenant,
    local: true,
    format: 'simplified',
    limit: ids.length,
  });
  const found = new Map(entities.map((entity) => [entity.id, entity]));
  const absent = ids.find((id) => !found.has(id));
  if (absent !== undefined) throw missing('entity', absent);
  const location = ids.map((id) => found.get(id)?.location).find((each) => each !== undefined) as Geometry | undefined;
  const scope = [...new Set(entities.flatMap((entity) => entity.scope ?? []))];
  return { scope, ...(location && { location }) };
}
