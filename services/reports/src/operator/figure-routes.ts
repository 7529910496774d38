import { actor } from '@alzette/kit/access';
import { judged, listed, named, readable } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { ReportContract } from '../contract/desk.ts';
import type { ReportParts } from '../parts.ts';
import { urnOf } from '../report/report.ts';
import { organisationsOf, statisticsOf } from '../statistics/statistics.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readSettings } from '../store/settings.ts';

/** `/reports/statistics`, and `/reports/{id}/contact`. */
export function figureHandlers(parts: ReportParts): Handlers<ReportContract, 'statistics' | 'contact'> {
  const { db, secrets, audit, territories, objects, callerOf } = parts;
  return {
    statistics: {
      objects: listed(objects.figures),
      async handle(request) {
        const { tenant, query } = request;
        const known = (await organisationsOf(db, tenant)).map((organisation) => `/${organisation}`);
        const all = [...territories.of(tenant).communes.map(({ scope }) => scope), ...known];
        const seen = await readable(request, objects.figures, all);
        const communes = territories
          .of(tenant)
          .communes.filter(({ scope }) => seen.includes(scope))
          .map(({ slug }) => slug);
        const organisations = known.filter((scope) => seen.includes(scope)).map((scope) => scope.slice(1));
        const statistics = await statisticsOf(db, tenant, { ...query, visible: { communes, organisations } });
        return { ...statistics, isPublished: (await readSettings(db, tenant)).publishesStatistics };
      },
    },
    contact: {
      objects: named(objects.authorsWords, { action: 'write' }),
      async handle(request) {
        const { tenant } = request;
        const { id } = judged(request, objects.authorsWords).report;
        const author = (await loadAuthors(db, secrets, tenant, [id])).get(id);
        const act = { actor: actor(callerOf(request)), action: 'report.see-contact', object: urnOf(id), tenant };
        await audit.append({ ...act, outcome: 'done', details: {} });
        return { contact: author?.contact ?? {}, language: author?.language ?? 'fr' };
      },
    },
  };
}
