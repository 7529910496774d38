import { bodyReader, object } from '@alzette/kit/bodies';
import { readPath, text } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actOnReport } from '../acting/act.ts';
import { readCategories } from '../categories/categories.ts';
import { inspectText } from '../guard/words.ts';
import type { ReportParts } from '../parts.ts';
import { eraseReports } from '../privacy/erase.ts';
import { exportReports } from '../privacy/export.ts';
import { mayReopen } from '../report/acts.ts';
import { isOpen, type Photo, type Report } from '../report/report.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { reportOfToken } from '../store/keyed.ts';
import { loadReports } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { inlinePhoto } from './inline-photo.ts';
import { publicReport, timelineOf } from './public-report.ts';

const TOKEN = { token: text({ max: 100, required: true }) };
const WORDS = { type: 'string', maxLength: 2000 };
const readReopening = bodyReader<{ text?: string }>(object({ text: WORDS }));
const readSurvey = bodyReader<{ satisfied: boolean; text?: string }>(
  object({ satisfied: { type: 'boolean' }, text: WORDS }, ['satisfied']),
);
const ANY = { type: 'object' };
const AUTHOR = 'author';
const PREVIEW = 320;

// Longer than 80 lines: routes that share how a report is found by its token.
/** `/citizen/v1/reports/follow/…`: the author's own report, by its secret link. */
export function followRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { db, files, secrets, keyed } = parts;
  const followed = async (request: FastifyRequest) => {
    const { token } = readPath(request, TOKEN);
    const { tenant } = request;
    const id = reportOfToken(keyed, tenant, token);
    const kept = id === undefined ? undefined : (await loadReports(db, tenant, [id])).get(id);
    const author = kept && (await loadAuthors(db, secrets, tenant, [kept.report.id])).get(kept.report.id);
    if (kept === undefined || author === undefined || author.isErased) throw missing('report of this link', token);
    return { tenant, author, report: kept.report };
  };
  const inspected = async (tenant: string, words: string | undefined) => {
    if (words !== undefined) inspectText(words, 'text', await readSettings(db, tenant));
    return words === undefined ? {} : { text: words };
  };

  const photoFor = async (tenant: string, { moderation }: Report, { id, isPublic }: Photo) =>
    moderation === 'accepted' && isPublic
      ? [files.link(tenant, { id, visibility: 'public' })]
      : inlinePhoto(parts, tenant, id, PREVIEW);

  scope.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'private, no-store');
  });
  scope.get(
    '/:token',
    operation({ access: 'nothing', summary: 'The author’s report and its progress', answer: ANY }),
    async (request) => {
      const { tenant, report, author } = await followed(request);
      const category = (await readCategories(db, tenant)).find(({ code }) => code === report.category);
      const timeline = timelineOf(await readJournal(db, tenant, report.id, ['public', 'author']));
      return {
        ...publicReport(parts, tenant, report, category),
        moderation: report.moderation,
        ...(report.hiddenReason !== undefined && { hiddenReason: report.hiddenReason }),
        ...author.words,
        language: author.language,
        photos: (await Promise.all(report.photos.map((photo) => photoFor(tenant, report, photo)))).flat(),
        timeline,
        mayReopen: mayReopen(report, new Date()),
        survey: isOpen(report.status) ? 'later' : report.isSatisfied === undefined ? 'asked' : 'answered',
      };
    },
  );
  scope.post(
    '/:token/reopen',
    operation({
      access: 'nothing',
      summary: 'Reopens the report, within 30 days',
      body: readReopening.schema,
      answer: ANY,
    }),
    async (request) => {
      const { tenant, report } = await followed(request);
      const words = await inspected(tenant, readReopening(request.body).text);
      const acted = await actOnReport(parts, { tenant, name: AUTHOR }, report.id, { act: 'reopen', ...words });
      return { status: acted.report.status };
    },
  );
  scope.post(
    '/:token/survey',
    operation({
      access: 'nothing',
      summary: 'Records the author’s satisfaction',
      body: readSurvey.schema,
      answer: ANY,
    }),
    async (request) => {
      const { tenant, report } = await followed(request);
      const { satisfied, text: given } = readSurvey(request.body);
      const words = await inspected(tenant, given);
      await actOnReport(parts, { tenant, name: AUTHOR }, report.id, {
        act: 'survey',
        isSatisfied: satisfied,
        ...words,
      });
      return { survey: 'answered' };
    },
  );
  scope.get(
    '/:token/export',
    operation({ access: 'nothing', summary: 'All stored data of the author’s report', answer: ANY }),
    async (request, reply) => {
      const { tenant, report } = await followed(request);
      reply.header('content-disposition', `attachment; filename="report-${report.id}.json"`);
      return { reports: await exportReports(parts, tenant, [report.id], (id) => inlinePhoto(parts, tenant, id)) };
    },
  );
  scope.delete(
    '/:token',
    operation({ access: 'nothing', summary: 'Erases the author’s data' }),
    async (request, reply) => {
      const { tenant, report } = await followed(request);
      await eraseReports(parts, tenant, [report.id], AUTHOR);
      return reply.code(204).send();
    },
  );
}
