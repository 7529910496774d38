import { Readable } from 'node:stream';
import { createBrotliCompress, createGzip, constants as zlib } from 'node:zlib';
import { identifier, oneOf, readPath, text } from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { FILE_FORMATS, type FileFormat, FORMAT_NAMES } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { ITEM_QUERY, readItemQuery } from '../ogc/item-parameters.ts';
import { allItems } from '../ogc/items.ts';
import type { OpenDataParts } from '../parts.ts';
import type { Chunks, Table } from './table.ts';
import { writeIcs } from './write-ics.ts';
import { writeParquet } from './write-parquet.ts';
import { writeCsv, writeGeoJson } from './write-text.ts';
import { writeXlsx } from './write-xlsx.ts';

const BATCH = 2_000;
/** Files that are written at once: each has a row group in memory at most. */
const MOST_AT_ONCE = 8;
const LEVEL = 5;
const PATH = {
  dataset: identifier({ required: true }),
  file: text({ max: 40, pattern: /^latest\.[a-z]+$/, expected: `latest. and one of ${FORMAT_NAMES}`, required: true }),
};
const QUERY = {
  bbox: ITEM_QUERY.bbox,
  datetime: ITEM_QUERY.datetime,
  filter: ITEM_QUERY.filter,
  separator: oneOf(['comma', 'semicolon']),
};

/** What asks for a part of the rows. */
const PARTS = ['limit', 'cursor', 'f'];

/** `/data/files`: published datasets as files, all of them or what a filter lets through. Their addresses stay. */
export function fileRoutes(scope: FastifyInstance, { db }: OpenDataParts): void {
  let running = 0;

  scope.get(
    '/:dataset/:file',
    operation({
      access: 'nothing',
      summary: 'A dataset as a file: latest.csv, .xlsx, .geojson, .parquet, .ics',
      query: QUERY,
    }),
    async (request, reply) => {
      const { dataset: id, file } = readPath(request, PATH);
      const format = file.slice('latest.'.length) as FileFormat;
      const dataset = await findPublished(db, id);
      if (dataset === undefined || !formatsOf(dataset.definition).includes(format))
        throw missing('file', `${id}/${file}`);
      const asked = request.query as Readonly<Record<string, string>>;
      const part = PARTS.find((name) => name in asked);
      if (part !== undefined) throw refused(part, asked[part], 'no such parameter: a file has all rows that match');
      const query = readItemQuery(request, dataset, { separator: QUERY.separator });
      const encoding = encodingOf(String(request.headers['accept-encoding'] ?? ''), format);
      // The text of a query is part of the address, to which an ETag belongs.
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
      // Harvesters look whether it is there.
      if (request.method === 'HEAD') return reply.send();
      if (running >= MOST_AT_ONCE) {
        throw new Problem(503, 'It is not available now', 'many files are being written', {
          headers: { 'Retry-After': 5 },
        });
      }
      running += 1;
      const batches = allItems(db, dataset, { ...query, limit: BATCH });
      const chunks = Readable.from(written(format, { dataset, batches }, asked.separator === 'semicolon' ? ';' : ','), {
        objectMode: false,
      });
      chunks.once('close', () => {
        running -= 1;
      });
      if (encoding === undefined) return reply.send(chunks);
      reply.header('content-encoding', encoding);
      const compressor =
        encoding === 'br'
          ? createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: LEVEL } })
          : createGzip({ level: LEVEL });
      // A client that goes away ends the reading of rows, too.
      compressor.once('close', () => chunks.destroy());
      chunks.once('error', (cause) => compressor.destroy(cause));
      return reply.send(chunks.pipe(compressor));
    },
  );
}

const IS_TEXT: ReadonlySet<FileFormat> = new Set(['csv', 'geojson', 'ics']);

function written(format: FileFormat, table: Table, separator: ',' | ';'): Chunks {
  switch (format) {
    case 'csv':
      return writeCsv(table, separator);
    case 'geojson':
      return writeGeoJson(table);
    case 'xlsx':
      return writeXlsx(table);
    case 'parquet':
      return writeParquet(table);
    case 'ics':
      return writeIcs(table);
  }
}

/** Workbooks and Parquet are compressed already. */
function encodingOf(accept: string, format: FileFormat): 'br' | 'gzip' | undefined {
  if (!IS_TEXT.has(format)) return undefined;
  const accepted = accept.split(',').map((each) => each.trim());
  return (['br', 'gzip'] as const).find((name) =>
    accepted.some((each) => each === name || (each.startsWith(`${name};`) && !/q=0(?:\.0*)?$/.test(each))),
  );
}
