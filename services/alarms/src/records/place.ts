import { missing } from '@alzette/kit/problems';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Actor } from './perform.ts';

export interface Place {
  /** Of all of them. */
  readonly scope: readonly string[];
  /** Of the first that has one. */
  readonly location?: Geometry;
}

/** Where entities are, as who asks may see them. @throws Problem 404: one is not there */
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
