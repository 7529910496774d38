import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { actor } from '@alzette/kit/access';
import { type Compute, clientGone, type RunOptions } from '@alzette/kit/compute';
import type { Queryable } from '@alzette/kit/database';
import { OF_SENDER } from '@alzette/kit/objects';
import { identifier, readPath } from '@alzette/kit/parameters';
import { missing, Problem } from '@alzette/kit/problems';
import { routeOf } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FILE_FORMATS } from '../catalogue/formats.ts';
import { viewFileContract } from '../contract/exports.ts';
import { keptUntil, partsOf, preparedUse } from '../exports/prepared-rows.ts';
import type { OpenDataParts } from '../parts.ts';
import { GIVEN_VIEW, type GivenFile, readGivenView } from './given-view-task.ts';
import { MAX_BYTES, VIEW_BODY, type View } from './view.ts';
import { askForView, findView, type Owner, unfinishedViews, type ViewFile } from './view-rows.ts';
import { countRows } from './view-table.ts';
import type { ViewWriter } from './view-writer.ts';

/** The maximum number of unfinished files of one person. */
const MAX_UNFINISHED = 5;
/** The maximum size of all stored files, including those of datasets. */
const MAX_KEPT_BYTES = 8 * 1024 ** 3;
const RETRY_S = 30;
const BY_ID = { id: identifier({ required: true }) };

/** A shorter body is read faster than a thread starts. */
const SHORT = 32 * 1024;

/** @throws Problem */
async function readRequested(compute: Compute, body: unknown, options: RunOptions) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const given = bytes.length < SHORT ? await readGivenView(bytes) : await compute.run(GIVEN_VIEW, bytes, options);
  if ('refused' in given) throw new Problem(given.refused.status, given.refused.title, given.refused.detail);
  return given;
}

/** For the audit. */
function detailsOf({ format, entities }: Omit<View, 'rows'>, file: GivenFile | undefined): object {
  return { format, ...(file && { rows: file.rows }), ...(entities?.types && { types: entities.types }) };
}

/** Bodies are parsed where they are read. */
function keepBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: MAX_BYTES }, (_, body, done) =>
    done(null, body),
  );
}

/**
 * `/opendata/exports`: exports what an operator sees as a file, with progress. Only the person who requested a file can
 * fetch it, for a day.
 */
export function viewRoutes(
  scope: FastifyInstance,
  { db, audit, context, territories }: OpenDataParts,
  { callerOf, clientOf, compute }: ServiceContext,
  writer: ViewWriter,
): void {
  const ownerOf = (request: FastifyRequest): Owner => {
    const caller = callerOf(request);
    // Strangers are nobody in particular: a file of one would be a file of all.
    if (caller.kind === 'anonymous')
      throw new Problem(401, 'Unauthorized', 'Expected a token or a key: files have owners');
    return { tenant: request.tenant, owner: actor(caller) };
  };
  const found = async (request: FastifyRequest): Promise<ViewFile> => {
    const { id } = readPath(request, BY_ID);
    const file = await findView(db, id, ownerOf(request));
    if (file === undefined) throw missing('file', id);
    return file;
  };

  keepBodies(scope);
  scope.post(
    '/',
    routeOf({ ...viewFileContract.operations.write, body: VIEW_BODY }, OF_SENDER),
    async (request, reply) => {
      const whose = ownerOf(request);
      await checkUse(db, whose);
      const { tenant } = whose;
      const { view, file } = await readRequested(compute, request.body, { tenant, signal: clientGone(reply) });
      const source = { client: clientOf(request), context, territory: territories.of(tenant), tenant };
      const rows = file ? file.rows : await countRows(source, view);
      const id = randomUUID();
      await askForView(db, id, whose, view);
      await audit.append({
        ...{ actor: whose.owner, action: 'view.export', object: view.name, tenant: whose.tenant, outcome: 'done' },
        details: detailsOf(view, file),
      });
      if (file) writer.keep(id, file);
      else writer.write(id, view, source, rows);
      return reply
        .code(202)
        .header('location', `/opendata/exports/${id}`)
        .send(shownFile((await findView(db, id, whose)) as ViewFile));
    },
  );

  scope.get('/:id', routeOf(viewFileContract.operations.progress, OF_SENDER), async (request, reply) => {
    reply.header('cache-control', 'no-store');
    return shownFile(await found(request));
  });

  scope.get('/:id/file', routeOf(viewFileContract.operations.content, OF_SENDER), async (request, reply) => {
    const file = await found(request);
    if (file.state !== 'done') throw missing('file', `${file.id}, which is ${file.state}`);
    return reply
      .headers({
        'content-length': file.bytes,
        'content-disposition': `attachment; filename="${file.name}.${file.format}"`,
        'cache-control': 'private, no-store',
      })
      .type(FILE_FORMATS[file.format].mediaType)
      .send(Readable.from(partsOf(db, file.id), { objectMode: false }));
  });
}

/** @throws Problem 429, 503: too many requests, or too much stored data */
async function checkUse(db: Queryable, whose: Owner): Promise<void> {
  const [unfinished, { bytes }] = [await unfinishedViews(db, whose), await preparedUse(db, whose.tenant)];
  const headers = { 'Retry-After': RETRY_S };
  if (unfinished >= MAX_UNFINISHED) {
    const detail = `At most ${MAX_UNFINISHED} files are written at once for one person`;
    throw new Problem(429, 'Too many requests', detail, { headers });
  }
  if (bytes > MAX_KEPT_BYTES) throw new Problem(503, 'Temporarily unavailable', 'many files are kept', { headers });
}

function shownFile({ id, name, format, state, written_rows, all_rows, bytes, fault, asked_at }: ViewFile) {
  return {
    ...{ id, name, format, state, rows: written_rows, bytes },
    ...(all_rows !== null && { of: all_rows }),
    ...(fault !== null && { fault }),
    ...(state === 'done' && { file: `/opendata/exports/${id}/file` }),
    until: keptUntil(asked_at),
  };
}
