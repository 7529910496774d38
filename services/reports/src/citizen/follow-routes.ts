import { bodyReader, object } from '@alzette/kit/bodies';
import { idempotencyKey, readPath, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actOnReport } from '../acting/act.ts';
import { readCategories } from '../categories/categories.ts';
import { admitAuthor } from '../guard/admit.ts';
import { inspectText } from '../guard/words.ts';
import type { ReportParts } from '../parts.ts';
import { eraseReports } from '../privacy/erase.ts';
import { exportReports } from '../privacy/export.ts';
import { mayReopen } from '../report/acts.ts';
import { isOpen, type Photo, type Report, urnOf } from '../report/report.ts';
import { type Author, type Contact, changeContact, loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { reportOfToken } from '../store/keyed.ts';
import { loadReports } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { CONTACT_EMAIL, PHOTO_TOKENS, photoFileOf } from '../submitting/new-report.ts';
import { inlinePhoto } from './inline-photo.ts';
import { publicReport, timelineOf } from './public-report.ts';

const TOKEN = { token: text({ max: 100, required: true }) };
const WORDS = { type: 'string', maxLength: 2000 };
const readReopening = bodyReader<{ text?: string }>(object({ text: WORDS }));
const readSurvey = bodyReader<{ satisfied: boolean; text?: string }>(
  object({ satisfied: { type: 'boolean' }, text: WORDS }, ['satisfied']),
);
const readAddition = bodyReader<{ text?: string; photos?: string[] }>(
  object({ text: { ...WORDS, minLength: 1 }, photos: PHOTO_TOKENS }),
);
const readContact = bodyReader<Pick<Contact, 'email'>>(object({ email: CONTACT_EMAIL }));
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
      ? [files.path(tenant, { id, visibility: 'public' })]
      : inlinePhoto(parts, tenant, id, PREVIEW);

  additionRoutes(scope, parts, followed, inspected);
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
        mail: parts.mail === undefined ? 'unavailable' : author.contact.email === undefined ? 'off' : 'on',
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
      const act = { actor: AUTHOR, action: 'report.erase', object: urnOf(report.id), tenant, details: {} };
      await parts.audit.during(act, () => eraseReports(parts, tenant, [report.id], AUTHOR));
      return reply.code(204).send();
    },
  );
}

type Followed = (
  request: FastifyRequest,
) => Promise<{ readonly tenant: string; readonly author: Author; readonly report: Report }>;
type Inspected = (tenant: string, words: string | undefined) => Promise<{ readonly text?: string }>;

/** What the author adds after sending. */
function additionRoutes(scope: FastifyInstance, parts: ReportParts, followed: Followed, inspected: Inspected): void {
  scope.post(
    '/:token/additions',
    operation({
      access: 'nothing',
      summary: 'Adds a text or photos to the open report, once per Idempotency-Key; nothing of it is public',
      body: readAddition.schema,
      answer: object({ isNew: { type: 'boolean' } }),
    }),
    async (request, reply) => {
      const { tenant, report } = await followed(request);
      const { text: given, photos: tokens = [] } = readAddition(request.body);
      const key = idempotencyKey(request);
      if (key === undefined)
        throw refused('Idempotency-Key', key, 'a key for the addition that stays the same when it is sent again');
      if (given === undefined && tokens.length === 0) throw refused('text', given, 'a text, or photos');
      await admitAuthor(parts, { tenant, address: request.ip }, report.id);
      const words = await inspected(tenant, given);
      const photos = tokens.map((token) => photoFileOf(parts.keyed, tenant, token));
      const actor = { tenant, name: AUTHOR };
      const { isChanged } = await actOnReport(parts, actor, report.id, { act: 'add', key, photos, ...words });
      return reply.code(isChanged ? 201 : 200).send({ isNew: isChanged });
    },
  );
  scope.put(
    '/:token/contact',
    operation({
      access: 'nothing',
      summary: 'The e-mail address that is told what happens with the report; without one, none is told',
      body: readContact.schema,
    }),
    async (request, reply) => {
      const { tenant, report, author } = await followed(request);
      const { email } = readContact(request.body);
      await admitAuthor(parts, { tenant, address: request.ip, email }, report.id);
      const { email: _before, ...others } = author.contact;
      const contact = { ...others, ...(email !== undefined && { email }) };
      if (!(await changeContact(parts.db, parts, tenant, report.id, contact))) throw missing('author of', report.id);
      return reply.code(204).send();
    },
  );
}
