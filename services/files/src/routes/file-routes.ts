import { documents, judged, named, type ObjectKind } from '@alzette/kit/objects';
import { idempotencyKey } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WIDTHS, type Width } from '../content/image.ts';
import { type FileContract, IMAGE_FORMATS, type ImageFormat } from '../contract/contract.ts';
import type { FileParts } from '../parts.ts';
import type { FilePort } from '../ports.ts';
import { removeFiles } from '../stored/file-port.ts';
import { type FileRow, findFiles, shownFile } from '../stored/file-rows.ts';
import { opens } from '../stored/link.ts';
import { putFile } from '../stored/put-file.ts';
import { readMaster, readVariant } from '../stored/read-file.ts';

/** The owner of files that belong to an entity. */
const ENTITY = 'entity';
/** Stored with this route before files had owners: for administrators. */
const OF_NOBODY = 'desk';
/** Headers that keep browsers from executing a file or guessing its type. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};
/** What a file will belong to. */
const entity: ObjectKind<string> = {
  name: 'entity',
  find: (_tenant, id) => id,
  may: async (action, id, judge) => !(await judge.refused(action, [id])).has(id),
};

/** `/files`: photos and documents. */
export function fileHandlers(parts: FileParts, port: FilePort): Handlers<FileContract> {
  /** Files of entities, with the rights on them. Other services have routes of their own for theirs. */
  const entityFile: ObjectKind<FileRow> = {
    name: 'file',
    async find(tenant, id) {
      const [file] = await findFiles(parts.db, tenant, [id]);
      return file?.owner.kind === ENTITY || file?.owner.kind === OF_NOBODY ? file : undefined;
    },
    may: (action, { owner }, judge) => judge.caller.administers || entity.may(action, owner.id ?? '', judge),
  };
  return {
    add: {
      objects: documents(entity, async ({ query }: RequestOf<FileContract['operations']['add']>) => [query.entity]),
      async handle(request) {
        const { tenant, query, body } = request;
        const { entity: id, ...described } = query;
        const owner = { kind: ENTITY, id };
        const key = idempotencyKey(request);
        const options = { ...described, owner, key: key && `${id} ${key}` };
        const { file, isNew } = await putFile(parts, tenant, bytesOf(body), options);
        await port.attach(tenant, [file.id], owner);
        return answer(isNew ? 201 : 200, { ...shownFile(file), url: port.link(tenant, file) });
      },
    },
    async show(request, reply) {
      const { id } = request.params;
      const { tenant: ofHost, isAtHostOfTenant } = request;
      const { tenant = isAtHostOfTenant ? ofHost : '', width, format, ...signed } = request.query;
      if (isAtHostOfTenant && tenant !== ofHost) throw missing('file', id);
      const [file] = await findFiles(parts.db, tenant, [id]);
      // The answer for a private file is the same as for a missing one.
      const isOpen = file?.visibility === 'public' || opens(parts.linkKey, tenant, id, signed);
      if (file === undefined || !isOpen) throw missing('file', id);
      const keeping = file.visibility === 'public' ? 'public, max-age=86400' : 'private, max-age=300';
      reply.headers({ ...HARMLESS, 'cache-control': keeping });
      if (file.kind === 'pdf') {
        reply.header('content-disposition', 'attachment; filename="document.pdf"');
        return sendBytes(request, reply, id, await readMaster(parts, tenant, id), 'application/pdf');
      }
      const chosen = format ?? bestFormat(request);
      const size = WIDTHS.find((known) => String(known) === width) as Width; // checked by the contract
      reply.header('vary', 'accept').header('content-disposition', 'inline');
      const bytes = await readVariant(parts, tenant, id, size, chosen);
      return sendBytes(request, reply, `${id}-${size}-${chosen}`, bytes, `image/${chosen}`);
    },
    remove: {
      objects: named(entityFile),
      async handle(request) {
        await removeFiles(parts, request.tenant, [judged(request, entityFile).id]);
      },
    },
  };
}

/** Lets a scope accept images and PDFs as raw bytes. */
export function takeBytes(scope: FastifyInstance, bodyLimit: number): void {
  const types = /^(?:image\/[\w.+-]+|application\/(?:pdf|octet-stream))/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
}

function bytesOf(body: unknown): Buffer {
  if (!Buffer.isBuffer(body)) throw refused('file', undefined, 'the bytes of an image or a PDF as the body');
  return body;
}

function bestFormat({ headers }: FastifyRequest): ImageFormat {
  const accepted = headers.accept ?? '';
  return IMAGE_FORMATS.find((format) => accepted.includes(`image/${format}`)) ?? 'jpeg';
}

function sendBytes(request: FastifyRequest, reply: FastifyReply, tag: string, bytes: Buffer | undefined, type: string) {
  if (bytes === undefined) throw missing('file', tag);
  reply.header('etag', `"${tag}"`);
  if (request.headers['if-none-match'] === `"${tag}"`) return reply.code(304).send();
  return reply.type(type).send(bytes);
}
