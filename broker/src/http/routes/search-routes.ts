import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Queryable } from '../../database/database.ts';
import { searchEntities } from '../../entities/search/search.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { readSearch } from '../requests/territory/search-query.ts';

/** `/territory/search`: finds entities by name, street, type and text, within the rights of the caller. */
export function searchRoutes(
  app: FastifyInstance,
  { db, contexts }: { readonly db: Queryable; readonly contexts: Contexts },
): void {
  app.get(
    '/territory/search',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const asked = readSearch(request.query, context);
      const { entities, ...found } = await searchEntities(db, callerOf(request, request.tenant), asked);
      const named = entities.map(({ types, ...entity }) => ({
        ...entity,
        type: types.map((type) => context.compact(type)),
      }));
      return sendJson(reply, { entities: named, ...found });
    },
  );
}
