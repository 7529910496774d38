import type { Entity } from '../entity.ts';
import type { EntityQuery, NgsiLdClient } from './client.ts';

/** A page size that every broker we know accepts. */
const PAGE = 100;

/** All matching entities, requested page by page while they are consumed; `limit` is the page size. */
export async function* queryAll<E = Entity>(
  client: NgsiLdClient,
  query: EntityQuery,
): AsyncGenerator<E, void, undefined> {
  for await (const page of queryPages<E>(client, query)) yield* page;
}

/** The same, in pages of `limit` entities; the last one is shorter, or empty. */
export async function* queryPages<E = Entity>(
  client: NgsiLdClient,
  query: EntityQuery,
): AsyncGenerator<E[], void, undefined> {
  const limit = query.limit ?? PAGE;
  for (let offset = query.offset ?? 0; ; offset += limit) {
    const { entities } = await client.queryEntities<E>({ ...query, limit, offset });
    yield entities;
    if (entities.length < limit) return;
  }
}
