import type { Entity } from '../entity.ts';
import type { EntityQuery, NgsiLdClient } from './client.ts';

/** A page that no broker we know of finds too large. */
const PAGE = 100;

/** All entities that match, asked for page by page as they are consumed; `limit` is the size of a page. */
export async function* queryAll<E = Entity>(
  client: NgsiLdClient,
  query: EntityQuery,
): AsyncGenerator<E, void, undefined> {
  const limit = query.limit ?? PAGE;
  for (let offset = query.offset ?? 0; ; offset += limit) {
    const { entities } = await client.queryEntities<E>({ ...query, limit, offset });
    yield* entities;
    if (entities.length < limit) return;
  }
}
