import { bodyReader, object } from '@alzette/kit/bodies';
import {
  dateTime,
  decimal,
  idempotencyKey,
  identifier,
  listOf,
  oneOf,
  readPath,
  readQuery,
  text,
  wholeNumber,
} from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actOnReport } from '../acting/act.ts';
import { categoryOf, readCategories } from '../categories/categories.ts';
import { isOurs } from '../categories/category.ts';
import { admitPhoto, admitStranger, challengeFor } from '../guard/admit.ts';
import type { ReportParts } from '../parts.ts';
import { PHOTO_OWNER } from '../report/photos.ts';
import { OPEN_STATUSES, STATUSES } from '../report/report.ts';
import { statisticsOf } from '../statistics/statistics.ts';
import { readJournal } from '../store/journal.ts';
import { followToken, photoToken } from '../store/keyed.ts';
import { loadReports } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { addSupporter } from '../store/supporters.ts';
import { DEVICE, newReportOf, PROOF, REPORT_BODY, type ReportBody } from '../submitting/new-report.ts';
import { submitReport } from '../submitting/submit.ts';
import { assetsNear, assetsOfCode } from './find-assets.ts';
import { findNearForEveryone, findPublic, lastChange } from './find-reports.ts';
import { publicReport, timelineOf } from './public-report.ts';

const LATITUDE = { min: -90, max: 90 };
const LONGITUDE = { min: -180, max: 180 };
const FILTERS = {
  bbox: listOf(decimal(LONGITUDE), { max: 4 }),
  category: listOf(identifier(), { max: 20 }),
  status: listOf(oneOf(STATUSES), { max: STATUSES.length }),
  commune: identifier(),
  since: dateTime(),
  limit: wholeNumber({ min: 1, max: 500, default: 100 }),
  offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
};
const PLACE = { lat: decimal({ ...LATITUDE, required: true }), lon: decimal({ ...LONGITUDE, required: true }) };
const NEARBY = { ...PLACE, category: identifier({ required: true }) };
const ASSETS = { lat: decimal(LATITUDE), lon: decimal(LONGITUDE), category: identifier(), code: text({ max: 300 }) };
const ID = { id: identifier({ required: true }) };
const MAX_PHOTO_BYTES = 20 * 1024 * 1024;
const readReport = bodyReader<ReportBody>(REPORT_BODY);
const readSupport = bodyReader<{ device: string; proof?: { challenge: string; nonce: string } }>(
  object({ device: DEVICE, proof: PROOF }, ['device']),
);
const LIST = (name: string) => object({ [name]: { type: 'array' }, count: { type: 'integer' } }, [name]);
const ANY = { type: 'object' };

/** `/citizen/v1/reports`: public, without an account. */
export function citizenRoutes(scope: FastifyInstance, parts: ReportParts, context: string): void {
  const types = /^(?:image\/[\w.+-]+|application\/octet-stream)/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: MAX_PHOTO_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  overviewRoutes(scope, parts);
  choiceRoutes(scope, parts, context);
  reportRoutes(scope, parts);
  oneReportRoutes(scope, parts);
}

function overviewRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { db } = parts;
  scope.get(
    '',
    operation({
      access: 'nothing',
      summary: 'Public reports, newest first',
      query: FILTERS,
      answer: LIST('reports'),
    }),
    async (request, reply) => {
      const { bbox, category, status, commune, since, limit, offset } = readQuery(request, FILTERS);
      if (bbox !== undefined && bbox.length !== 4) throw refused('bbox', bbox, 'west, south, east, north');
      const { tenant } = request;
      if (await isUnchanged(request, reply, await lastChange(db, tenant))) return reply;
      const filter = { bbox, categories: category, statuses: status, commune, updatedFrom: since };
      const { reports, count } = await findPublic(db, tenant, filter, { limit, offset });
      const categories = new Map((await readCategories(db, tenant)).map((each) => [each.code, each]));
      return {
        reports: reports.map((report) => publicReport(parts, tenant, report, categories.get(report.category))),
        count,
      };
    },
  );
  scope.get(
    '/categories',
    operation({
      access: 'nothing',
      summary: 'Report categories, and contacts for problems of other bodies',
      answer: LIST('categories'),
    }),
    async (request, reply) => {
      const active = (await readCategories(db, request.tenant)).filter(({ isActive }) => isActive);
      const categories = active.map(({ isActive: _isActive, organisation: _organisation, ...category }) => ({
        ...category,
        isOurs: isOurs(category as Parameters<typeof isOurs>[0]),
      }));
      reply.header('cache-control', 'public, max-age=300');
      return { categories };
    },
  );
  scope.get(
    '/nearby',
    operation({
      access: 'nothing',
      summary: 'Possible duplicates of a report',
      query: NEARBY,
      answer: LIST('reports'),
    }),
    async (request) => {
      const { lat, lon, category: code } = readQuery(request, NEARBY);
      const { tenant } = request;
      const category = await categoryOf(db, tenant, code);
      const near = await findNearForEveryone(db, tenant, code, [lon, lat], category.duplicateRadius, OPEN_STATUSES);
      return {
        reports: near.map(({ report, metres }) => ({ ...publicReport(parts, tenant, report, category), metres })),
      };
    },
  );
}

function choiceRoutes(scope: FastifyInstance, parts: ReportParts, context: string): void {
  const { db } = parts;
  scope.get(
    '/assets',
    operation({
      access: 'nothing',
      summary: 'Assets such as lamps and containers: by a QR code or a number, or the nearest to a place',
      query: ASSETS,
      answer: LIST('assets'),
    }),
    async (request) => {
      const { lat, lon, category, code } = readQuery(request, ASSETS);
      const categories = await readCategories(db, request.tenant);
      const wanted = categories.filter((each) => category === undefined || each.code === category);
      const assetTypes = [...new Set(wanted.flatMap((each) => each.assetTypes))];
      if (assetTypes.length === 0) return { assets: [] };
      if (code !== undefined) return { assets: await assetsOfCode(parts, context, request.tenant, code, assetTypes) };
      if (lat === undefined || lon === undefined) throw refused('code', undefined, 'a code, or lat and lon');
      return { assets: await assetsNear(parts, context, request.tenant, [lon, lat], assetTypes) };
    },
  );
  scope.get(
    '/challenge',
    operation({ access: 'nothing', summary: 'A proof-of-work challenge, required for a post', answer: ANY }),
    (request) => challengeFor(parts, request.tenant, request.ip),
  );
  scope.get(
    '/statistics',
    operation({
      access: 'nothing',
      summary: 'Public statistics of reports and delays, if they are published',
      answer: ANY,
    }),
    async (request, reply) => {
      if (!(await readSettings(db, request.tenant)).publishesStatistics) throw missing('page', 'statistics');
      reply.header('cache-control', 'public, max-age=300');
      return statisticsOf(db, request.tenant, {});
    },
  );
}

function reportRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { files, keyed, publicUrl } = parts;
  scope.post(
    '/photos',
    operation({
      access: 'nothing',
      summary: 'Uploads a photo for a report, which names it by its token; deleted after a day if no report does',
      answer: object({ id: { type: 'string' }, token: { type: 'string' } }),
      bodyLimit: MAX_PHOTO_BYTES,
    }),
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) throw refused('file', undefined, 'the bytes of an image as the body');
      const { tenant, body } = request;
      await admitPhoto(parts, tenant, request.ip);
      const file = await files.put(tenant, body, {
        owner: { kind: PHOTO_OWNER },
        visibility: 'private',
        key: idempotencyKey(request),
      });
      if (file.kind !== 'image')
        throw new Problem(415, 'The type is not supported', 'file: got a PDF, expected an image');
      return reply.code(201).send({ id: file.id, token: photoToken(keyed, tenant, file.id) });
    },
  );
  scope.post(
    '',
    operation({
      access: 'nothing',
      summary: 'Creates a report, once per Idempotency-Key',
      body: readReport.schema,
      answer: ANY,
    }),
    async (request, reply) => {
      const body = readReport(request.body);
      const { tenant, ip: address } = request;
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
      const token = followToken(keyed, tenant, report.id);
      return reply.code(isNew ? 201 : 200).send({
        id: report.id,
        token,
        link: `${publicUrl}/app/reports/follow/${token}`,
        status: report.status,
        promisedAt: report.promisedAt,
      });
    },
  );
}

function oneReportRoutes(scope: FastifyInstance, parts: ReportParts): void {
  const { db, keyed } = parts;
  scope.get(
    '/:id',
    operation({ access: 'nothing', summary: 'One report with its progress', answer: ANY }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      const { tenant } = request;
      const kept = (await loadReports(db, tenant, [id])).get(id);
      if (kept?.report.moderation !== 'accepted') throw missing('report', id);
      if (await isUnchanged(request, reply, `${kept.report.id}-${kept.version}`)) return reply;
      const category = (await readCategories(db, tenant)).find(({ code }) => code === kept.report.category);
      const timeline = timelineOf(await readJournal(db, tenant, id, ['public']));
      return { ...publicReport(parts, tenant, kept.report, category), timeline };
    },
  );
  scope.post(
    '/:id/me-too',
    operation({
      access: 'nothing',
      summary: 'Supports a report; each device counts once',
      body: readSupport.schema,
      answer: object({ supporters: { type: 'integer' } }),
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { device, proof } = readSupport(request.body);
      const { tenant, ip: address } = request;
      const kept = (await loadReports(db, tenant, [id])).get(id);
      if (kept === undefined || kept.report.moderation === 'hidden') throw missing('report', id);
      const admit = await admitStranger(parts, { tenant, address, device, proof });
      const supporters = await addSupporter(db, tenant, id, keyed.hash('device', device), admit);
      await actOnReport(parts, { tenant, name: 'author' }, id, { act: 'support', supporters });
      return { supporters };
    },
  );
}

/** Answers 304 if the client has this version. */
async function isUnchanged(request: FastifyRequest, reply: FastifyReply, version: string): Promise<boolean> {
  const tag = `W/"${version}-${request.url.length}"`;
  reply.headers({ etag: tag, 'cache-control': 'public, max-age=30, stale-while-revalidate=300' });
  if (request.headers['if-none-match'] !== tag) return false;
  await reply.code(304).send();
  return true;
}
