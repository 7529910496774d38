import { routeOf } from '@alzette/kit/serve';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type CheckCommands, refuseUnlessChecked } from '../commands/check-commands.ts';
import { OVERRIDE } from '../commands/lamp-override.ts';
import { sourceContract } from '../contract/sources.ts';
import type { Database } from '../database.ts';
import { isObject, object } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import type { Upload } from './items/source-kind.ts';
import type { Sources } from './runner.ts';
import { findGateway } from './talq/gateway-rows.ts';
import type { TalqSources } from './talq/talq-sources.ts';

/** JSON is sent as one of these, as the body of `application/json` is no file. */
const FILE_TYPES = [
  'text/csv',
  'text/plain',
  'application/octet-stream',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/geo+json',
] as const;
const LARGEST_FILE = 128 * 1024 * 1024;

interface WithId {
  Params: { id: string };
}

interface SourceParts {
  readonly db: Database;
  readonly sources: Sources;
  readonly talqSources: TalqSources;
  readonly checkCommands: CheckCommands;
}

/**
 * `/sources`: external data, declared without code. `POST /sources/preview` tests a declaration without effects; `POST
 * /sources/:id/run` runs it now; `POST /sources/:id/files` accepts a file (as the body, or multipart); `POST
 * /sources/:id/override` sends an override to lamps of a TALQ gateway, `GET /sources/:id/gateway` shows its
 * capabilities.
 */
export async function sourceRoutes(app: FastifyInstance, parts: SourceParts): Promise<void> {
  declarationRoutes(app, parts);
  runRoutes(app, parts);
  await app.register(async (scope) => fileRoute(scope, parts));
}

function declarationRoutes(app: FastifyInstance, { sources }: SourceParts): void {
  app.get('/sources', routeOf(sourceContract.operations.list), async (request) => {
    const { limit, offset } = paging(request);
    return sources.list(limit, offset);
  });
  app.post('/sources', routeOf(sourceContract.operations.create), async ({ body }, reply) => {
    const made = await sources.create(body);
    return reply.code(201).header('location', `/iot/sources/${made.id}`).send(made);
  });
  app.post('/sources/preview', routeOf(sourceContract.operations.preview), async ({ body }) => {
    const { sample, ...declaration } = object(body);
    return sources.preview(declaration, sample === undefined ? undefined : sampleOf(sample));
  });
  app.get<WithId>('/sources/:id', routeOf(sourceContract.operations.source), async ({ params }) =>
    sources.get(params.id),
  );
  app.put<WithId>('/sources/:id', routeOf(sourceContract.operations.save), async ({ params, body }, reply) => {
    await sources.put(params.id, isObject(body) ? { id: params.id, ...declarationOf(body) } : body);
    return reply.code(204).send();
  });
  app.delete<WithId>('/sources/:id', routeOf(sourceContract.operations.remove), async ({ params }, reply) => {
    await sources.delete(params.id);
    return reply.code(204).send();
  });
}

function runRoutes(app: FastifyInstance, { db, sources, talqSources, checkCommands }: SourceParts): void {
  app.post<WithId>('/sources/:id/run', routeOf(sourceContract.operations.run), async ({ params }) =>
    sources.run(params.id),
  );
  app.post<WithId>('/sources/:id/override', routeOf(sourceContract.operations.override), async (request, reply) => {
    const { params, body } = request;
    const { entities } = object(body);
    const ids = Array.isArray(entities) ? entities.map(String) : []; // refused below if they are wrong
    const asked = ids.map((entityId) => ({ entityId, command: OVERRIDE }));
    await refuseUnlessChecked(checkCommands, request, asked);
    return reply.code(202).send(
      await talqSources.override(params.id, body).catch((cause: unknown) => {
        throw cause instanceof SourceError ? new RegistryError('SOURCE_UNREADABLE', cause.message) : cause;
      }),
    );
  });
  app.get<WithId>('/sources/:id/gateway', routeOf(sourceContract.operations.gateway), async ({ params }) =>
    findGateway(db, await talqSources.talq(params.id)),
  );
  app.get<WithId>('/sources/:id/runs', routeOf(sourceContract.operations.runs), async (request) => {
    const { limit, offset } = paging(request);
    const runs = await sources.runs(request.params.id, limit, offset);
    return { count: runs.length, runs };
  });
}

async function fileRoute(scope: FastifyInstance, { sources }: SourceParts): Promise<void> {
  await scope.register(multipart, { limits: { fileSize: LARGEST_FILE, files: 1, fields: 10 } });
  const raw = { parseAs: 'buffer', bodyLimit: LARGEST_FILE } as const;
  for (const type of FILE_TYPES) {
    scope.addContentTypeParser(type, raw, (_request, body, done) => done(null, body));
  }
  scope.post<WithId & { Querystring: { dryRun?: string } }>(
    '/sources/:id/files',
    routeOf(sourceContract.operations.send),
    async (request) => {
      const { id } = request.params;
      const { dryRun = 'false' } = request.query;
      if (dryRun !== 'true' && dryRun !== 'false') {
        throw new RegistryError('WRONG_SYNTAX', `dryRun is "${dryRun}", expected true or false`);
      }
      const upload = await uploadOf(request);
      return dryRun === 'true'
        ? sources.preview(declarationOf({ ...(await sources.get(id)) }), upload)
        : sources.run(id, upload);
    },
  );
}

/** A source as shown to clients, sent back by one: without its state. */
function declarationOf({
  nextRunAt,
  running,
  failures,
  lastRun,
  ...declaration
}: Readonly<Record<string, unknown>>): object {
  return declaration;
}

/** A file that is tried without a source to send it to, as base64. @throws RegistryError WRONG_SYNTAX */
function sampleOf(sample: unknown): Upload {
  if (typeof sample === 'string' && isBase64(sample)) return { bytes: Buffer.from(sample, 'base64') };
  throw new RegistryError('WRONG_SYNTAX', 'sample is not base64, expected the content of a file');
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

async function uploadOf(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) {
    if (Buffer.isBuffer(request.body)) return { bytes: request.body };
    throw new RegistryError(
      'WRONG_SYNTAX',
      'the body is not a file, expected Content-Type text/csv or multipart/form-data',
    );
  }
  const part = await request.file().catch(brokenForm);
  if (part === undefined)
    throw new RegistryError('WRONG_SYNTAX', 'the form has no file, expected one part with a file');
  return { bytes: await part.toBuffer().catch(brokenForm), file: part.filename };
}

/**
 * The parser reports an incomplete form, or one without boundary, without a status. @throws RegistryError, or the given
 * error
 */
function brokenForm(error: Error): never {
  if ('statusCode' in error || 'code' in error) throw error;
  throw new RegistryError('WRONG_SYNTAX', `the form can't be read: ${error.message}, expected multipart/form-data`);
}
