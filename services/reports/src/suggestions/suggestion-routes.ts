import { networkOf } from '@alzette/kit/network';
import { judged, named } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { CitizenReportContract } from '../contract/citizen.ts';
import type { ReportContract } from '../contract/desk.ts';
import { limitRate } from '../guard/rates.ts';
import type { ReportParts } from '../parts.ts';
import { urnOf } from '../report/report.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readSettings } from '../store/settings.ts';
import { readReportsAround } from './past-reports.ts';

const NEAR_METRES = 150;
/** An author asks several times while writing. */
const ASKED_PER_POST = 10;
const OFF = { isOn: false, duplicates: [] };

/** `/reports/:id/suggestions`: suggestions for the desk. A person decides. */
export function deskSuggestionHandlers(parts: ReportParts): Handlers<ReportContract, 'suggestions'> {
  const { db, secrets, objects, suggestions } = parts;
  return {
    suggestions: {
      objects: named(objects.authorsWords, { action: 'write' }),
      async handle(request) {
        const { tenant } = request;
        const { report } = judged(request, objects.authorsWords);
        if (suggestions === undefined || !(await suggestions.isOn(tenant))) return OFF;
        const { id, position, category, requestedAt } = report;
        const author = (await loadAuthors(db, secrets, tenant, [id])).get(id);
        const own = { id, text: author?.words.text ?? '', category, position, at: Date.parse(requestedAt) };
        const others = await readReportsAround(db, tenant, position, { metres: NEAR_METRES, isPublic: false });
        return { isOn: true, ...(await suggestions.suggest(tenant, own, others, urnOf(id))) };
      },
    },
  };
}

/** `/citizen/v1/reports/suggestions`: suggestions for the author of a report. */
export function citizenSuggestionHandlers(parts: ReportParts): Handlers<CitizenReportContract, 'suggestions'> {
  const { db, keyed, suggestions } = parts;
  return {
    async suggestions({ tenant, ip, body: { description, location } }) {
      if (suggestions === undefined || !(await suggestions.isOn(tenant))) return OFF;
      const { postsPerAddressAndHour } = await readSettings(db, tenant);
      const subject = `suggest:${keyed.hash('address', networkOf(ip))}`;
      await limitRate(db, tenant, subject, postsPerAddressAndHour * ASKED_PER_POST, 'suggestions for one address');
      const position = [location.lon, location.lat] as const;
      const draft = { id: '', text: description, category: '', position, at: Date.now() };
      const others = await readReportsAround(db, tenant, position, { metres: NEAR_METRES, isPublic: true });
      return { isOn: true, ...(await suggestions.suggest(tenant, draft, others)) };
    },
  };
}
