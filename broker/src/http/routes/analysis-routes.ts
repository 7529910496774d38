import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Queryable } from '../../database/database.ts';
import { RecentAnalyses } from '../../history/analysis/recent-analyses.ts';
import { namedKeys } from '../answers/named-keys.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { readAnalysis } from '../requests/territory/analysis-request.ts';

/** `/territory/analysis`: groups and aggregates entities, within the rights of the caller. */
export function analysisRoutes(
  app: FastifyInstance,
  { db, contexts }: { readonly db: Queryable; readonly contexts: Contexts },
): void {
  const recent = new RecentAnalyses(db);
  app.post(
    '/territory/analysis',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        onlyReads: true,
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const asked = readAnalysis(request.body, context);
      const answer = await recent.analyse(callerOf(request, request.tenant), asked);
      return sendJson(reply, namedKeys(answer, asked, context));
    },
  );
}
