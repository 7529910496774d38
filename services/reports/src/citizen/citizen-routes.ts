import { idempotencyKey } from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actOnReport } from '../actions/act.ts';
import { categoryOf, readCategories } from '../categories/categories.ts';
import { publicCategory } from '../categories/category.ts';
import { type CitizenReportContract, MAX_PHOTO_BYTES } from '../contract/citizen.ts';
import { OPEN_STATUSES } from '../contract/report.ts';
import { admitPhoto, admitStranger, challengeFor } from '../guard/admit.ts';
import type { ReportParts } from '../parts.ts';
import { PHOTO_OWNER } from '../report/photos.ts';
import { statisticsOf } from '../statistics/statistics.ts';
import { readJournal } from '../store/journal.ts';
import { followToken, photoToken } from '../store/keyed.ts';
import { loadReports } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { addSupporter } from '../store/supporters.ts';
import { newReportOf } from '../submitting/new-report.ts';
import { submitReport } from '../submitting/submit.ts';
import { assetsNear, assetsOfCode } from './find-assets.ts';
import { findNearForEveryone, findPublic, lastChange } from './find-reports.ts';
import { publicReport, timelineOf } from './public-report.ts';

/** Lets a scope accept images as raw bytes. */
export function takePhotos(scope: FastifyInstance): void {
  const types = /^(?:image\/[\w.+-]+|application\/octet-stream)/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: MAX_PHOTO_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

/** `/citizen/v1/reports`: what everybody may know of reports. */
export function publicHandlers(
  parts: ReportParts,
): Handlers<CitizenReportContract, 'list' | 'one' | 'nearby' | 'statistics'> {
  const { db } = parts;
  return {
    async list(request, reply) {
      const { tenant, query } = request;
      const { bbox, category, status, commune, since, limit, offset } = query;
      if (bbox !== undefined && bbox.length !== 4) throw refused('bbox', bbox, 'west, south, east, north');
      if (isUnchanged(request, reply, await lastChange(db, tenant))) return answer(304);
      const filter = { bbox, categories: category, statuses: status, commune, updatedFrom: since };
      const { reports, count } = await findPublic(db, tenant, filter, { limit, offset });
      const categories = new Map((await readCategories(db, tenant)).map((each) => [each.code, each]));
      return answer(200, {
        reports: reports.map((report) => publicReport(parts, tenant, report, categories.get(report.category))),
        count,
      });
    },
    async one(request, reply) {
      const { tenant, params } = request;
      const kept = (await loadReports(db, tenant, [params.id])).get(params.id);
      if (kept?.report.moderation !== 'accepted') throw missing('report', params.id);
      if (isUnchanged(request, reply, `${kept.report.id}-${kept.version}`)) return answer(304);
      const category = (await readCategories(db, tenant)).find(({ code }) => code === kept.report.category);
      const timeline = timelineOf(await readJournal(db, tenant, params.id, ['public']));
      return answer(200, { ...publicReport(parts, tenant, kept.report, category), timeline });
    },
    async nearby({ tenant, query: { lat, lon, category: code } }) {
      const category = await categoryOf(db, tenant, code);
      const near = await findNearForEveryone(db, tenant, code, [lon, lat], category.duplicateRadius, OPEN_STATUSES);
      return {
        reports: near.map(({ report, metres }) => ({ ...publicReport(parts, tenant, report, category), metres })),
      };
    },
    async statistics({ tenant }, reply) {
      if (!(await readSettings(db, tenant)).publishesStatistics) throw missing('page', 'statistics');
      reply.header('cache-control', 'public, max-age=300');
      return statisticsOf(db, tenant, {});
    },
  };
}

/** `/citizen/v1/reports`: what the app needs to write a report. */
export function choiceHandlers(
  parts: ReportParts,
): Handlers<CitizenReportContract, 'categories' | 'assets' | 'challenge'> {
  const { db, context, mail } = parts;
  return {
    async categories({ tenant }, reply) {
      const active = (await readCategories(db, tenant)).filter(({ isActive }) => isActive);
      reply.header('cache-control', 'public, max-age=300');
      return { categories: active.map((category) => publicCategory(category, mail !== undefined)) };
    },
    async assets({ tenant, query: { lat, lon, category, code } }) {
      const categories = await readCategories(db, tenant);
      const wanted = categories.filter((each) => category === undefined || each.code === category);
      const assetTypes = [...new Set(wanted.flatMap((each) => each.assetTypes))];
      if (assetTypes.length === 0) return { assets: [] };
      if (code !== undefined) return { assets: await assetsOfCode(parts, context, tenant, code, assetTypes) };
      if (lat === undefined || lon === undefined) throw refused('code', undefined, 'a code, or lat and lon');
      return { assets: await assetsNear(parts, context, tenant, [lon, lat], assetTypes) };
    },
    challenge: ({ tenant, ip }) => challengeFor(parts, tenant, ip),
  };
}

/** `/citizen/v1/reports`: reports, photos and support of people without an account. */
export function sendingHandlers(parts: ReportParts): Handlers<CitizenReportContract, 'add' | 'addPhoto' | 'support'> {
  const { db, files, keyed, territories } = parts;
  return {
    async addPhoto(request) {
      const { tenant, body, ip } = request;
      if (!Buffer.isBuffer(body)) throw refused('file', undefined, 'the bytes of an image as the body');
      await admitPhoto(parts, tenant, ip);
      const file = await files.put(tenant, body, {
        owner: { kind: PHOTO_OWNER },
        visibility: 'private',
        key: idempotencyKey(request),
      });
      if (file.kind !== 'image')
        throw new Problem(415, 'The type is not supported', 'file: got a PDF, expected an image');
      return { id: file.id, token: photoToken(keyed, tenant, file.id) };
    },
    async add(request) {
      const { tenant, body, ip: address } = request;
      const key = idempotencyKey(request);
      if (key === undefined)
        throw refused('Idempotency-Key', key, 'a key for the report that stays the same when it is sent again');
      const given = newReportOf(parts, tenant, body);
      const { device, contact } = given;
      const admission = { tenant, address, device, email: contact.email, proof: body.proof };
      const submission = { tenant, given, source: 'app', key, address };
      const { report, isNew } = await submitReport(parts, {
        ...submission,
        check: () => admitStranger(parts, admission),
      });
      const { id, status, promisedAt } = report;
      const token = followToken(keyed, tenant, id);
      const link = `${territories.publicUrl(tenant)}/app/reports/follow/${token}`;
      return answer(isNew ? 201 : 200, { id, token, link, status, ...(promisedAt !== undefined && { promisedAt }) });
    },
    async support({ tenant, ip: address, params: { id }, body: { device, proof } }) {
      const kept = (await loadReports(db, tenant, [id])).get(id);
      if (kept === undefined || kept.report.moderation === 'hidden') throw missing('report', id);
      const admit = await admitStranger(parts, { tenant, address, device, proof });
      const supporters = await addSupporter(db, tenant, id, keyed.hash('device', device), admit);
      await actOnReport(parts, { tenant, name: 'author' }, id, { act: 'support', supporters });
      return { supporters };
    },
  };
}

/** Whether the client has this version. */
function isUnchanged({ url, headers }: FastifyRequest, reply: FastifyReply, version: string): boolean {
  const tag = `W/"${version}-${url.length}"`;
  reply.headers({ etag: tag, 'cache-control': 'public, max-age=30, stale-while-revalidate=300' });
  return headers['if-none-match'] === tag;
}
