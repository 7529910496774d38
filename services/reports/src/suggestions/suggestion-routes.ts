import { bodyReader, object } from '@alzette/kit/bodies';
import { networkOf } from '@alzette/kit/network';
import { judged, named } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { limitRate } from '../guard/rates.ts';
import type { ReportParts } from '../parts.ts';
import { urnOf } from '../report/report.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readSettings } from '../store/settings.ts';
import { LOCATION, MAX_TEXT } from '../submitting/new-report.ts';
import { readReportsAround } from './past-reports.ts';

const ANSWER = object({ isOn: { type: 'boolean' }, duplicates: { type: 'array' }, category: { type: 'object' } }, [
  'isOn',
  'duplicates',
]);
const readDraft = bodyReader<{
  readonly description: string;
  readonly location: { readonly lat: number; readonly lon: number };
}>(object({ description: { type: 'string', maxLength: MAX_TEXT }, location: LOCATION }, ['description', 'location']));
const NEAR_METRES = 150;
/** An author asks several times while writing. */
const ASKED_PER_POST = 10;
const OFF = { isOn: false, duplicates: [] };

/** `/reports/:id/suggestions`: suggestions for the desk. A person decides. */
export function deskSuggestionRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { db, secrets, objects, suggestions } = parts;
  scope.get(
    '/:id/suggestions',
    operation({
      access: 'read',
      objects: named(objects.authorsWords, { action: 'write' }),
      summary: 'Suggestions of a local model for a report: category and similar reports, with reasons',
      answer: ANSWER,
    }),
    async (request) => {
      const { tenant } = request;
      const { report } = judged(request, objects.authorsWords);
      if (suggestions === undefined || !(await suggestions.isOn(tenant))) return OFF;
      const { id, position, category, requestedAt } = report;
      const author = (await loadAuthors(db, secrets, tenant, [id])).get(id);
      const own = { id, text: author?.words.text ?? '', category, position, at: Date.parse(requestedAt) };
      const others = await readReportsAround(db, tenant, position, { metres: NEAR_METRES, isPublic: false });
      return { isOn: true, ...(await suggestions.suggest(tenant, own, others, urnOf(id))) };
    },
  );
}

/** `/citizen/v1/reports/suggestions`: suggestions for the author of a report. */
export function citizenSuggestionRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { db, keyed, suggestions } = parts;
  scope.post(
    '/suggestions',
    operation({
      access: 'nothing',
      summary: 'Suggestions of a local model for a text: category and similar public reports nearby',
      body: readDraft.schema,
      answer: ANSWER,
    }),
    async (request) => {
      const { description, location } = readDraft(request.body);
      const { tenant } = request;
      if (suggestions === undefined || !(await suggestions.isOn(tenant))) return OFF;
      const { postsPerAddressAndHour } = await readSettings(db, tenant);
      const subject = `suggest:${keyed.hash('address', networkOf(request.ip))}`;
      await limitRate(db, tenant, subject, postsPerAddressAndHour * ASKED_PER_POST, 'suggestions for one address');
      const position = [location.lon, location.lat] as const;
      const draft = { id: '', text: description, category: '', position, at: Date.now() };
      const others = await readReportsAround(db, tenant, position, { metres: NEAR_METRES, isPublic: true });
      return { isOn: true, ...(await suggestions.suggest(tenant, draft, others)) };
    },
  );
}
