import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Queryable } from '../../database/database.ts';
import { listMap, viewMap } from '../../entities/map/map-view.ts';
import type { RecentMaps } from '../../entities/map/recent-maps.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { readListRequest, readMapRequest } from '../requests/territory/map-request.ts';

interface MapParts {
  readonly db: Queryable;
  readonly contexts: Contexts;
  /** Absent: the reads may come from a copy that lags behind. */
  readonly recent: RecentMaps | undefined;
}

/** The contents of a map, counted by the database, and the list beside it. Both respect the rights of the caller. */
export function mapRoutes(app: FastifyInstance, { db, contexts, recent }: MapParts): void {
  app.post(
    '/territory/map',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        onlyReads: true,
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const { wantsTotals, ...asked } = readMapRequest(request.body, context);
      const caller = callerOf(request, request.tenant);
      const look = () => viewMap(db, caller, asked, wantsTotals);
      return sendJson(reply, await (recent?.view(caller, asked, wantsTotals, look) ?? look()));
    },
  );

  app.post(
    '/territory/map/list',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        onlyReads: true,
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const asked = readListRequest(request.body, context);
      return sendJson(reply, await listMap(db, callerOf(request, request.tenant), asked));
    },
  );
}
