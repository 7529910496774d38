import { Readable } from 'node:stream';
import { readForms } from '@alzette/kit/bodies';
import { identifier, oneOf, readPath } from '@alzette/kit/parameters';
import { missing, Problem } from '@alzette/kit/problems';
import { type AddressLimit, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FILE_FORMATS, FORMAT_NAMES } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import { FILES, Prepared } from '../contract/exports.ts';
import { findDataset, findPublished } from '../datasets/dataset-rows.ts';
import { PAGE_HEADERS } from '../html/page.ts';
import type { OpenDataParts } from '../parts.ts';
import { FILE_QUERY, readFileQuery } from './file-query.ts';
import { preparedPage } from './prepared-page.ts';
import { askForFile, findPrepared, keptUntil, type PreparedFile, partsOf, preparedUse } from './prepared-rows.ts';
import { fileId } from './write-file.ts';

/** The maximum size of all prepared files together. */
const MAX_BYTES = 8 * 1024 ** 3;
const MAX_WAITING = 20;
const RETRY_S = 60;
/** The refresh interval of the page. */
const LOOK_S = 2;
const ASKED = { dataset: identifier({ required: true }), format: oneOf(FORMAT_NAMES, { required: true }) };
const BY_ID = { id: identifier({ required: true }) };
/**
 * `/data/exports`: files that are prepared in the background, with progress. The same query of the same rows gets the
 * same file, so repeated requests are cheap.
 */
export function preparedRoutes(
  scope: FastifyInstance,
  parts: OpenDataParts,
  prepareSoon: (tenant: string, file: string) => Promise<void>,
  limit: AddressLimit,
): void {
  const { db } = parts;
  // A button on a page without scripts sends an empty form.
  readForms(scope);
  scope.post(
    '/:dataset/:format',
    operation({
      access: 'nothing',
      summary: 'Prepares a file of a dataset: all rows, or those of a filter, a box and a period',
      query: FILE_QUERY,
      answers: { 202: Prepared, 303: null },
    }),
    async (request, reply) => {
      const { dataset: id, format } = readPath(request, ASKED);
      const { tenant } = request;
      const dataset = await findPublished(db, { tenant, id });
      if (dataset === undefined || !formatsOf(dataset.definition).includes(format))
        throw missing('file', `${id}/${format}`);
      readFileQuery(request, dataset); // so that an invalid query is refused immediately
      const query = request.query as Readonly<Record<string, string>>;
      const file = fileId(dataset, format, query);
      if (await isWanted(parts, file, request, limit)) {
        if (await askForFile(db, file, dataset, format, query)) await prepareSoon(tenant, file);
      }
      const place = `/data/exports/${file}`;
      if (wantsHtml(request)) return reply.redirect(place, 303);
      return reply
        .code(202)
        .header('location', place)
        .send(shownFile(parts, await found(parts, tenant, file)));
    },
  );

  scope.get(
    '/:id',
    operation({ access: 'nothing', summary: 'The progress of a prepared file', answers: { 200: Prepared } }),
    async (request, reply) => {
      const file = await found(parts, request.tenant, readPath(request, BY_ID).id);
      reply.header('cache-control', 'no-store');
      if (!wantsHtml(request)) return shownFile(parts, file);
      const dataset = await findDataset(db, { tenant: file.tenant, id: file.dataset });
      const isUnderway = file.state === 'waiting' || file.state === 'running';
      const language = /^en\b/.test(request.headers['accept-language'] ?? '') ? 'en' : 'fr';
      if (isUnderway) reply.header('refresh', LOOK_S);
      const territory = parts.territories.of(request.tenant);
      return reply.headers(PAGE_HEADERS).send(preparedPage(territory, file, dataset?.definition.title, language));
    },
  );

  scope.get(
    '/:id/file',
    operation({ access: 'nothing', summary: 'A prepared file, once it is complete', answers: FILES }),
    async (request, reply) => {
      const file = await found(parts, request.tenant, readPath(request, BY_ID).id);
      if (file.state !== 'done') throw missing('file', `${file.id}, which is ${file.state}`);
      return sendPrepared(parts, file, reply);
    },
  );
}

/** False: the file exists already. @throws Problem 429, 503: too many requests, or too much data */
async function isWanted({ db }: OpenDataParts, id: string, request: FastifyRequest, limit: AddressLimit) {
  const known = await findPrepared(db, request.tenant, id);
  if (known !== undefined && known.state !== 'failed') return false;
  limit.take(request.ip);
  const { bytes, waiting } = await preparedUse(db, request.tenant);
  if (bytes > MAX_BYTES || waiting >= MAX_WAITING) {
    throw new Problem(503, 'Temporarily unavailable', 'many files are being prepared', {
      headers: { 'Retry-After': RETRY_S },
    });
  }
  return true;
}

function sendPrepared({ db }: OpenDataParts, { id, dataset, format, bytes }: PreparedFile, reply: FastifyReply) {
  return reply
    .headers({
      'content-length': bytes,
      'content-disposition': `attachment; filename="${dataset}.${format}"`,
      'cache-control': 'public, no-cache',
      'access-control-allow-origin': '*',
    })
    .type(FILE_FORMATS[format].mediaType)
    .send(Readable.from(partsOf(db, id), { objectMode: false }));
}

/** @throws Problem 404 */
async function found({ db }: OpenDataParts, tenant: string, id: string): Promise<PreparedFile> {
  const file = await findPrepared(db, tenant, id);
  if (file === undefined) throw missing('prepared file', id);
  return file;
}

function shownFile({ territories }: OpenDataParts, file: PreparedFile) {
  const publicUrl = territories.publicUrl(file.tenant);
  const { id, dataset, format, state, written_rows, all_rows, bytes, fault } = file;
  return {
    ...{ id, dataset, format, state, rows: written_rows, bytes },
    url: `${publicUrl}/data/exports/${id}`,
    ...(all_rows !== null && { of: all_rows }),
    ...(fault !== null && { fault }),
    ...(state === 'done' && { file: `${publicUrl}/data/exports/${id}/file` }),
    until: keptUntil(file.asked_at),
  };
}

function wantsHtml({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').split(',')[0]?.trim() === 'text/html';
}
