import { idempotencyKey } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import { actOnReport } from '../actions/act.ts';
import { readCategories } from '../categories/categories.ts';
import type { FollowedReportContract } from '../contract/citizen.ts';
import type { Photo, Report } from '../contract/report.ts';
import { admitAuthor } from '../guard/admit.ts';
import { inspectText } from '../guard/words.ts';
import type { ReportParts } from '../parts.ts';
import { eraseReports } from '../privacy/erase.ts';
import { exportReports } from '../privacy/export.ts';
import { mayReopen } from '../report/acts.ts';
import { isOpen, urnOf } from '../report/report.ts';
import { changeContact, loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { reportOfToken } from '../store/keyed.ts';
import { loadReports } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { photoFileOf } from '../submitting/new-report.ts';
import { inlinePhoto } from './inline-photo.ts';
import { publicReport, timelineOf } from './public-report.ts';

const AUTHOR = 'author';
const PREVIEW = 320;

type ByToken = RequestOf<FollowedReportContract['operations']['report']>;

/** `/citizen/v1/reports/follow/…`: the author's own report, by its secret link. */
export function followHandlers(
  parts: ReportParts,
): Handlers<FollowedReportContract, 'report' | 'reopen' | 'survey' | 'export' | 'erase'> {
  const { db, files } = parts;
  const photoFor = async (tenant: string, { moderation }: Report, { id, isPublic }: Photo) =>
    moderation === 'accepted' && isPublic
      ? [files.path(tenant, { id, visibility: 'public' })]
      : inlinePhoto(parts, tenant, id, PREVIEW);
  return {
    async report(request) {
      const { tenant, report, author } = await followed(parts, request);
      const category = (await readCategories(db, tenant)).find(({ code }) => code === report.category);
      const timeline = timelineOf(await readJournal(db, tenant, report.id, ['public', 'author']));
      return {
        ...publicReport(parts, tenant, report, category),
        moderation: report.moderation,
        ...(report.passedOn !== undefined && { passedOn: report.passedOn }),
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
    async reopen(request) {
      const { tenant, report } = await followed(parts, request);
      const words = await inspected(parts, tenant, request.body.text);
      const acted = await actOnReport(parts, { tenant, name: AUTHOR }, report.id, { act: 'reopen', ...words });
      return { status: acted.report.status };
    },
    async survey(request) {
      const { tenant, report } = await followed(parts, request);
      const { satisfied: isSatisfied, text } = request.body;
      const words = await inspected(parts, tenant, text);
      await actOnReport(parts, { tenant, name: AUTHOR }, report.id, { act: 'survey', isSatisfied, ...words });
      return { survey: 'answered' };
    },
    async export(request, reply) {
      const { tenant, report } = await followed(parts, request);
      reply.header('content-disposition', `attachment; filename="report-${report.id}.json"`);
      return { reports: await exportReports(parts, tenant, [report.id], (id) => inlinePhoto(parts, tenant, id)) };
    },
    async erase(request) {
      const { tenant, report } = await followed(parts, request);
      const act = { actor: AUTHOR, action: 'report.erase', object: urnOf(report.id), tenant, details: {} };
      await parts.audit.during(act, () => eraseReports(parts, tenant, [report.id], AUTHOR));
    },
  };
}

/** `/citizen/v1/reports/follow/…`: what the author adds after sending. */
export function additionHandlers(parts: ReportParts): Handlers<FollowedReportContract, 'add' | 'setContact'> {
  return {
    async add(request) {
      const { tenant, report } = await followed(parts, request);
      const { text: given, photos: tokens = [] } = request.body;
      const key = idempotencyKey(request);
      if (key === undefined)
        throw refused('Idempotency-Key', key, 'a key for the addition that stays the same when it is sent again');
      if (given === undefined && tokens.length === 0) throw refused('text', given, 'a text, or photos');
      await admitAuthor(parts, { tenant, address: request.ip }, report.id);
      const words = await inspected(parts, tenant, given);
      const photos = tokens.map((token) => photoFileOf(parts.keyed, tenant, token));
      const actor = { tenant, name: AUTHOR };
      const { isChanged } = await actOnReport(parts, actor, report.id, { act: 'add', key, photos, ...words });
      return answer(isChanged ? 201 : 200, { isNew: isChanged });
    },
    async setContact(request) {
      const { tenant, report, author } = await followed(parts, request);
      const { email } = request.body;
      await admitAuthor(parts, { tenant, address: request.ip, email }, report.id);
      const { email: _before, ...others } = author.contact;
      const contact = { ...others, ...(email !== undefined && { email }) };
      if (!(await changeContact(parts.db, parts, tenant, report.id, contact))) throw missing('author of', report.id);
    },
  };
}

/** @throws Problem 404: the token opens nothing, or its author's data were erased */
async function followed({ db, secrets, keyed }: ReportParts, { tenant, params: { token } }: ByToken) {
  const id = reportOfToken(keyed, tenant, token);
  const kept = id === undefined ? undefined : (await loadReports(db, tenant, [id])).get(id);
  const author = kept && (await loadAuthors(db, secrets, tenant, [kept.report.id])).get(kept.report.id);
  if (kept === undefined || author === undefined || author.isErased) throw missing('report of this link', token);
  return { tenant, author, report: kept.report };
}

/** @throws Problem 400: a text that no report may have */
async function inspected({ db }: ReportParts, tenant: string, words: string | undefined) {
  if (words !== undefined) inspectText(words, 'text', await readSettings(db, tenant));
  return words === undefined ? {} : { text: words };
}
