import { Readable } from 'node:stream';
import { createBrotliCompress, createGzip, constants as zlib } from 'node:zlib';
import { identifier, readPath, text } from '@alzette/kit/parameters';
import { missing, Problem } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { FILE_FORMATS, type FileFormat, FORMAT_NAMES } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import { FILES } from '../contract/exports.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { allItems } from '../ogc/items.ts';
import type { OpenDataParts } from '../parts.ts';
import { FILE_QUERY, readFileQuery } from './file-query.ts';
import { ROWS_AT_ONCE, writeFile } from './write-file.ts';

/** The number of files written concurrently; each has at most one row group in memory. One publisher leaves some to others. */
const MAX_CONCURRENT = 16;
const MAX_OF_TENANT = 8;
const LEVEL = 5;
const PATH = {
  dataset: identifier({ required: true }),
  file: text({ max: 40, pattern: /^latest\.[a-z]+$/, expected: `latest. and one of ${FORMAT_NAMES}`, required: true }),
};
/** `/data/files`: published datasets as files, completely or filtered. Their URLs are permanent. */
export function fileRoutes(scope: FastifyInstance, { db }: OpenDataParts): void {
  const running: string[] = [];

  scope.get(
    '/:dataset/:file',
    operation({
      access: 'nothing',
      summary: 'A dataset as a file: latest.csv, .xlsx, .geojson, .parquet, .ics',
      query: FILE_QUERY,
      answers: FILES,
    }),
    async (request, reply) => {
      const { dataset: id, file } = readPath(request, PATH);
      const format = file.slice('latest.'.length) as FileFormat;
      const dataset = await findPublished(db, { tenant: request.tenant, id });
      if (dataset === undefined || !formatsOf(dataset.definition).includes(format))
        throw missing('file', `${id}/${file}`);
      const { query, separator } = readFileQuery(request, dataset);
      const encoding = encodingOf(String(request.headers['accept-encoding'] ?? ''), format);
      // The query is part of the URL, and an ETag belongs to a URL.
      const etag = `"${dataset.digest}${encoding === undefined ? '' : `-${encoding}`}"`;
      reply.headers({
        etag,
        'last-modified': (dataset.refreshedAt ?? dataset.createdAt).toUTCString(),
        'cache-control': 'public, no-cache',
        'access-control-allow-origin': '*',
        vary: 'accept-encoding',
        'content-disposition': `attachment; filename="${id}.${format}"`,
      });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      reply.type(`${FILE_FORMATS[format].mediaType}${IS_TEXT.has(format) ? '; charset=utf-8' : ''}`);
      // Harvesters check by HEAD whether the file exists.
      if (request.method === 'HEAD') return reply.send();
      const { tenant } = request;
      const own = running.filter((each) => each === tenant).length;
      if (running.length >= MAX_CONCURRENT || own >= MAX_OF_TENANT) {
        throw new Problem(503, 'Temporarily unavailable', 'many files are being written', {
          headers: { 'Retry-After': 5 },
        });
      }
      running.push(tenant);
      const batches = allItems(db, dataset, { ...query, limit: ROWS_AT_ONCE });
      const chunks = Readable.from(writeFile(format, { dataset, batches }, separator), { objectMode: false });
      chunks.once('close', () => {
        running.splice(running.indexOf(tenant), 1);
      });
      if (encoding === undefined) return reply.send(chunks);
      reply.header('content-encoding', encoding);
      const compressor =
        encoding === 'br'
          ? createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: LEVEL } })
          : createGzip({ level: LEVEL });
      // If the client disconnects, the reading of rows ends too.
      compressor.once('close', () => chunks.destroy());
      chunks.once('error', (cause) => compressor.destroy(cause));
      return reply.send(chunks.pipe(compressor));
    },
  );
}

const IS_TEXT: ReadonlySet<FileFormat> = new Set(['csv', 'geojson', 'ics']);

/** Workbooks and Parquet are compressed already. */
function encodingOf(accept: string, format: FileFormat): 'br' | 'gzip' | undefined {
  if (!IS_TEXT.has(format)) return undefined;
  const accepted = accept.split(',').map((each) => each.trim());
  return (['br', 'gzip'] as const).find((name) =>
    accepted.some((each) => each === name || (each.startsWith(`${name};`) && !/q=0(?:\.0*)?$/.test(each))),
  );
}
