import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { actor } from '@alzette/kit/access';
import { knownOnce } from '@alzette/kit/known-once';
import { denied, Problem, refused, unavailable } from '@alzette/kit/problems';
import { withoutDeadline } from '@alzette/kit/request-deadline';
import { serviceRoutes } from '@alzette/kit/routes';
import { type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { encrypted } from './age/age-file.ts';
import { readRecipient } from './age/age-key.ts';
import { type LeavingContract, leavingContract, MAX_ARCHIVE_BYTES } from './contract/leaving.ts';
import { compareTenant } from './leaving/compare-tenant.ts';
import { deleteTenant } from './leaving/delete-tenant.ts';
import { exportTenant } from './leaving/export-tenant.ts';
import { importTenant } from './leaving/import-tenant.ts';
import type { LeavingPorts } from './leaving/ports.ts';
import { ArchiveError } from './leaving/tar.ts';

/** A client that takes nothing for so long has gone; until then the snapshot holds back the database's clean-up. */
const STALLED_MS = 60_000;
const RETRY_AFTER_S = 60;
const MOST_WAITING = 3;

export interface LeavingOptions {
  /** Opened with the first request. */
  openPorts(): Promise<LeavingPorts>;
  /** With space for an archive. */
  readonly folder: string;
}

/** Lets a tenant leave with everything, and arrive. */
export function leavingService({ openPorts, folder }: LeavingOptions) {
  return defineService({
    name: 'leaving',
    async start(given) {
      const ports = knownOnce(openPorts);
      await serviceRoutes(given.app, '/ops/leaving', (scope) => {
        scope.addContentTypeParser('application/x-tar', (_request, payload, done) => done(null, payload));
        serve(scope, leavingContract, handlers(given, ports.get, folder));
      });
      return {};
    },
  });
}

function handlers(
  { db, callerOf, audit, logger }: ServiceContext,
  ports: () => Promise<LeavingPorts>,
  folder: string,
): Handlers<LeavingContract> {
  let last: Promise<unknown> = Promise.resolve();
  let unfinished = 0;
  /** One at a time: each holds a connection, and the disk as much as a backup does. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (unfinished > MOST_WAITING) throw unavailable('Others are being exported, imported or deleted', RETRY_AFTER_S);
    unfinished += 1;
    const done = last.then(() => withoutDeadline(work));
    last = done.catch(() => undefined);
    try {
      return await done;
    } catch (error) {
      throw error instanceof ArchiveError ? new Problem(422, 'The archive can not be used', error.message) : error;
    } finally {
      unfinished -= 1;
    }
  };
  const received = <T>(body: unknown, work: (open: () => Readable) => Promise<T>) =>
    alone(() => withArchive(body, folder, work));
  return {
    async download(request, reply) {
      const { tenant, query } = request;
      const caller = callerOf(request);
      if (query.recipient !== undefined && !caller.administersAll) {
        throw denied('recipient: only who administers the whole product gets an archive with secrets');
      }
      const key = query.recipient === undefined ? undefined : recipientOf(query.recipient);
      const act = { actor: actor(caller), action: 'tenant.export', object: tenant, tenant, details: {} };
      const stream = await streamed((sink) =>
        alone(async () => {
          await audit.append({ ...act, details: { withSecrets: key !== undefined }, outcome: 'done' });
          await exportTenant(db, await ports(), { tenant, withSecrets: key !== undefined }, (bytes) =>
            sink(key === undefined ? bytes : encrypted(bytes, key)),
          );
        }).catch((error: unknown) => {
          logger.warn({ err: error, tenant }, 'An export did not end');
          throw error;
        }),
      );
      const name = `${tenant === '' ? 'default' : tenant}.tar${key === undefined ? '' : '.age'}`;
      reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-store');
      return stream;
    },
    async upload({ body, query: { as, withoutRights } }) {
      return received(body, async (open) =>
        importTenant(db, await ports(), { tenant: nameOf(as), open, withoutRights }),
      );
    },
    async compare({ body, query: { as, withoutRights } }) {
      return received(body, async (open) =>
        compareTenant(db, await ports(), { tenant: nameOf(as), open, withoutRights }),
      );
    },
    async remove(request) {
      const { tenant } = request.params;
      if (request.query.confirm !== tenant) {
        throw refused('confirm', request.query.confirm, `${tenant}, because nothing brings it back`);
      }
      const by = actor(callerOf(request));
      return alone(async () => deleteTenant(db, await ports(), { tenant: nameOf(tenant), by }));
    },
  };
}

/** Resolves with the bytes as soon as there are some, so that an early error is answered. */
function streamed(work: (sink: (bytes: AsyncIterable<Buffer>) => Promise<void>) => Promise<void>): Promise<Readable> {
  return new Promise((resolve, reject) => {
    work(async (bytes) => {
      let takenAt = Date.now();
      const stream = Readable.from(
        noting(bytes, () => (takenAt = Date.now())),
        { objectMode: false },
      );
      const timer = setInterval(() => {
        if (Date.now() - takenAt > STALLED_MS) stream.destroy(new Error('The client takes nothing any more'));
      }, STALLED_MS / 4);
      resolve(stream);
      await finished(stream).finally(() => clearInterval(timer));
    }).catch(reject);
  });
}

async function* noting(bytes: AsyncIterable<Buffer>, onTaken: () => void): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    onTaken();
    yield piece;
  }
}

/** Keeps what is sent in a file, because it is read twice. */
async function withArchive<T>(body: unknown, folder: string, work: (open: () => Readable) => Promise<T>): Promise<T> {
  if (!(body instanceof Readable)) throw refused('body', undefined, 'an archive of the type application/x-tar');
  await mkdir(folder, { recursive: true });
  const place = await mkdtemp(join(folder, 'archive-'));
  const file = join(place, 'archive.tar');
  try {
    await pipeline(body, atMost(MAX_ARCHIVE_BYTES), createWriteStream(file, { mode: 0o600 }));
    return await work(() => createReadStream(file));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function atMost(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) done(new Problem(413, 'Too large', `The archive has more than ${most} bytes`));
      else done(null, chunk);
    },
  });
}

function recipientOf(text: string) {
  try {
    return readRecipient(text);
  } catch {
    throw refused('recipient', text, 'the public key in a key file, such as age1…');
  }
}

const nameOf = (tenant: string) => (tenant === '@default' ? '' : tenant);
